import { messageOf } from './api.ts';
import { fetchSigned, hasSession } from './session.ts';
import { useState } from 'preact/hooks';

interface FileLinkProps {
  readonly address: string;
  /** How it is called where it is saved. */
  readonly file: string;
  readonly text: string;
}

/** A link carries no token, so that where readers sign in the file is fetched in their name and handed over. */
const download = async (address: string, name: string): Promise<void> => {
  const response = await fetchSigned(address);
  if (!response.ok) throw new Error(`The file could not be read: ${response.status}.`);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await response.blob());
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
};

/** Leads to a document that the API writes. */
export const FileLink = ({ address, file, text }: FileLinkProps) => {
  const [fault, setFault] = useState('');
  if (!hasSession())
    return (
      <a href={address} target="_blank">
        {text}
      </a>
    );
  const save = (): void => {
    download(address, file).catch((error: unknown) => setFault(messageOf(error)));
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

interface ReportLinkProps {
  readonly executionId: string;
  readonly format: 'html' | 'md' | 'json';
  readonly text: string;
}

/** Leads to the verified report of an execution. */
export const ReportLink = ({ executionId, format, text }: ReportLinkProps) => (
  <FileLink
    address={`/api/executions/${executionId}/report?format=${format}`}
    file={`${executionId}.${format}`}
    text={text}
  />
);
