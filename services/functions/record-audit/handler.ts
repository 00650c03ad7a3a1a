import { awsPorts } from '../../core/ports/aws/composition.ts';
import { onQueuedEvents } from '../../core/ports/aws/delivery.ts';
import { createRecordAudit } from './service.ts';

const name = 'record-audit';

export const handler = onQueuedEvents({ ports: awsPorts(process.env, name), name }, createRecordAudit);
