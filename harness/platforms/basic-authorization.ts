/** The header that a server with a user and a password wants; none where it wants none. */
export function basicAuthorization(
  auth: { readonly user: string; readonly password: string } | null,
): Readonly<Record<string, string>> {
  if (auth === null) return {};
  return { authorization: `Basic ${Buffer.from(`${auth.user}:${auth.password}`).toString('base64')}` };
}
