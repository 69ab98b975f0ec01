/** Type and subtype of a `Content-Type`, in lower case; `undefined` if it is none. */
export function mediaTypeOf(contentType: string): string | undefined {
  return /^\s*([\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+)\s*(;|$)/.exec(contentType)?.[1]?.toLowerCase();
}

export function isJson(mediaType: string): boolean {
  return /[/+]json\b/i.test(mediaType);
}

export function isForm(mediaType: string): boolean {
  return mediaTypeOf(mediaType) === "application/x-www-form-urlencoded";
}
