import { awsOperatorPorts, type OperatorPorts } from '../ports/aws/operator-ports.ts';
import type { ConnectionOptions } from './connection.ts';

export const connect = ({ endpoint: at, region: where, bus, table }: ConnectionOptions): OperatorPorts =>
  awsOperatorPorts({
    endpoint: at === 'aws' ? undefined : at,
    region: where,
    busName: bus,
    tableName: table,
  });
