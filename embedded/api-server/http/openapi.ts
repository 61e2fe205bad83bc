/** The OpenAPI documents. */
export function openApi(path: string): object | null {
  if (path === '/openapi/v3') return { paths: {} };
  if (path === '/openapi/v2')
    return { swagger: '2.0', info: { title: 'Kubernetes', version: 'v1.34.4' }, paths: {}, definitions: {} };
  return null;
}
