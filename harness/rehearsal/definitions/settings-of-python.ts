import type { SettingRead } from '../../policy/index.ts';

const required = /\bos\.environ\[\s*['"]([A-Z][A-Z0-9_]{2,})['"]\s*\](?!\s*=[^=])/g;
const optional =
  /\bos\.(?:environ\.get|getenv)\(\s*['"]([A-Z][A-Z0-9_]{2,})['"]\s*(?:,\s*(?:['"]([^'"]*)['"]|([\d.]+)|[^)]*))?\)/g;

/** `os.environ['X']`, `os.environ.get('X', 'fallback')` and `os.getenv('X')`. */
export async function settingsOfPython(code: string, file: string): Promise<readonly SettingRead[]> {
  const text = code.replaceAll(/^\s*#.*$/gm, '');
  return [
    ...[...text.matchAll(required)].map(([, name = '']) => ({ name, required: true, fallback: null, file })),
    ...[...text.matchAll(optional)].map(([, name = '', quoted, number]) => ({
      name,
      required: false,
      fallback: quoted ?? number ?? null,
      file,
    })),
  ];
}
