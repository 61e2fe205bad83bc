/** Whether Kubernetes takes this as the name of most objects: an RFC 1123 subdomain. */
export function isSubdomainName(name: unknown): name is string {
  return (
    typeof name === 'string' &&
    name.length <= 253 &&
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name)
  );
}

/** What `isSubdomainName` asks for, in words. */
export const subdomainNameInWords =
  'a name of lower case letters, digits, "-" and "." (RFC 1123), at most 253 characters';

/** Whether Kubernetes takes this as the name of a namespace: an RFC 1123 label. */
export function isLabelName(name: unknown): name is string {
  return typeof name === 'string' && name.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name);
}

/** What `isLabelName` asks for, in words. */
export const labelNameInWords =
  'a name of lower case letters, digits and "-" (RFC 1123), at most 63 characters';
