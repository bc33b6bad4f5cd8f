/** Takes passwords out of URLs: services print the addresses they were given when something goes wrong. */
export function redact(text: string): string {
  return text.replace(/(:\/\/[^:@/\s]*:)[^@/\s]+@/g, '$1…@');
}
