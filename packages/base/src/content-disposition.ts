/** The header that names a download. Only the encoded form (RFC 8187): it can't break out, whatever the name holds. */
export function contentDisposition(how: 'inline' | 'attachment', name: string): string {
  const escaped = (sign: string) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`
  return `${how}; filename*=UTF-8''${encodeURIComponent(name).replaceAll(/['()*]/g, escaped)}`
}
