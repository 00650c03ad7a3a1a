import { messageOf } from './api.ts';
import { fetchSigned, hasSession } from './session.ts';
import { useState } from 'preact/hooks';

interface ReportLinkProps {
  readonly executionId: string;
  readonly format: 'html' | 'md' | 'json';
  readonly text: string;
}

/** A link carries no token, so that where readers sign in the report is fetched in their name and handed over as a file. */
const download = async (address: string, name: string): Promise<void> => {
  const response = await fetchSigned(address);
  if (!response.ok) throw new Error(`The report could not be read: ${response.status}.`);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await response.blob());
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
};

/** Leads to the verified report of an execution. */
export const ReportLink = ({ executionId, format, text }: ReportLinkProps) => {
  const [fault, setFault] = useState('');
  const address = `/api/executions/${executionId}/report?format=${format}`;
  if (!hasSession())
    return (
      <a href={address} target="_blank">
        {text}
      </a>
    );
  const save = (): void => {
    download(address, `${executionId}.${format}`).catch((error: unknown) => setFault(messageOf(error)));
  };
  return (
    <>
      <button type="button" onClick={save}>
        {text}
      </button>
      {fault !== '' && (
        <small class="fault" role="alert">
          {fault}
        </small>
      )}
    </>
  );
};
