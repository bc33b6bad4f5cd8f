export function explainVerification(provider: string, error: unknown): string {
  return `${provider} breaks a pact: ${error instanceof Error ? error.message : String(error)}`;
}
