import { awsExaminationPorts, type ExaminationPorts } from '../../../core/ports/aws/examination-ports.ts';
import { useProfile } from '../connect.ts';
import { type ConnectionOptions, placeOf } from '../connection.ts';

export const connectExamination = (options: ConnectionOptions): Promise<ExaminationPorts> => {
  useProfile(options);
  return awsExaminationPorts(placeOf(options));
};
