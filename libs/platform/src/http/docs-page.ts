/**
 * What Swagger UI is told in the browser. The functions are sent as text: they see nothing of this file. Who has signed in
 * there (Authorize) sees the operations that they may use, because the document is fetched anew with their token.
 */
export const DOCS_PAGE = {
  plugins: [withDownload, withReload],
  requestInterceptor: sendToken,
};

interface Page {
  readonly location: { readonly href: string; readonly origin: string };
  readonly SwaggerUIBundle: { readonly plugins: { DownloadUrl(system: unknown): object } };
  readonly ui?: { readonly authSelectors: { authorized(): { toJS(): Record<string, { value?: unknown }> } } };
}

interface System {
  readonly specActions: { download(url: string): void };
  readonly specSelectors: { url(): string };
}

type Action = (payload: unknown) => unknown;

interface DocumentRequest {
  readonly url: string;
  /** Whether it fetches the document, and not an operation that is tried out. */
  readonly loadSpec?: boolean;
  readonly headers: Record<string, string>;
}

/** What it has when nobody says which plugins it should have. */
function withDownload(system: unknown): object {
  return (globalThis as unknown as Page).SwaggerUIBundle.plugins.DownloadUrl(system);
}

function withReload(): object {
  const reload =
    (original: Action, { specActions, specSelectors }: System): Action =>
    (payload) => {
      const result = original(payload);
      specActions.download(specSelectors.url());
      return result;
    };
  return { statePlugins: { auth: { wrapActions: { authorize: reload, logout: reload } } } };
}

/** A page can be led to a document elsewhere: the token stays with who gave it. */
function sendToken(request: DocumentRequest): DocumentRequest {
  const { location, ui } = globalThis as unknown as Page;
  if (!request.loadSpec || !ui || new URL(request.url, location.href).origin !== location.origin) return request;
  const tokens = Object.values(ui.authSelectors.authorized().toJS()).map(({ value }) => value);
  const token = tokens.find((each) => typeof each === 'string');
  if (token !== undefined) request.headers['Authorization'] = `Bearer ${token}`;
  return request;
}
