import { readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Whether node_modules is what package-lock.json asks for, judged by the record that npm writes as the last act of an install:
 * an install that was interrupted has none.
 * @param {string} root
 */
export function packagesAreCurrent(root) {
  const wanted = lockedPackages(path.join(root, 'package-lock.json'));
  const installed = lockedPackages(path.join(root, 'node_modules', '.package-lock.json'));
  if (wanted === null || installed === null) return false;
  return Object.entries(wanted).every(([folder, want]) => {
    if (folder === '') return true;
    const have = installed[folder];
    if (have === undefined) return want.optional === true || want.peer === true;
    return have.version === want.version && have.integrity === want.integrity && have.link === want.link;
  });
}

function lockedPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages ?? null;
  } catch {
    return null;
  }
}
