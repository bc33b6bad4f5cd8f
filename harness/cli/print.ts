export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printJson(document: object): void {
  print(JSON.stringify(document, null, 2));
}
