import { readFile, writeFile } from 'node:fs/promises';

/**
 * Allure makes its page of scripts that stand in it, and shows what tests said; whatever gets in among that loads nothing from outside and
 * sends nothing out.
 */
const policy = [
  "default-src 'none'",
  "script-src 'unsafe-inline' 'unsafe-eval' data: blob:",
  "style-src 'unsafe-inline' data: blob:",
  ...['img', 'font', 'connect', 'media', 'frame'].map((kind) => `${kind}-src data: blob:`),
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Puts the policy first in the page, before anything it applies to. @throws when the page has no head */
export async function addContentPolicy(page: string): Promise<void> {
  const html = await readFile(page, 'utf8');
  const meta = `<meta http-equiv="Content-Security-Policy" content="${policy}">`;
  const guarded = html.replace(/<head[^>]*>/i, (head) => head + meta);
  if (guarded === html) throw new Error(`${page} has no head to put a content policy into`);
  await writeFile(page, guarded);
}
