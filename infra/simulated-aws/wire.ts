/** One HTTP request as every door hands it over: header names in lower case, the body as text. */
export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** What came over a socket, as it came: what a client signed. */
  readonly raw?: { readonly search: string; readonly body: Uint8Array };
}

export interface WireResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A simulated AWS service. It never throws: what is wrong with a request is AWS's own error response. */
export interface LocalService {
  /** The service's name in the SigV4 credential scope, by which requests are routed. */
  readonly signingName: string;
  /** The names of its operations, where the service knows them beforehand. */
  readonly operations?: readonly string[];
  handle(request: WireRequest): Promise<WireResponse>;
}
