const secretName = /pass|secret|token|key|credential|auth|private/i;
const passwordInUrl = /(:\/\/[^:@/\s]*:)[^@/\s]+@/g;

/** What to show of a variable's value until somebody asks for it; null: all of it. */
export function masked(name: string, value: string): string | null {
  if (secretName.test(name)) return '••••••••';
  const hidden = value.replace(passwordInUrl, '$1••••••@');
  return hidden === value ? null : hidden;
}
