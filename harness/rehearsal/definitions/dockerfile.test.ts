import { expect, test } from 'vitest';
import { readDockerfile } from './dockerfile.ts';

test('the last stage says user and ports; every copy from the context counts, with its line', () => {
  const text = `FROM node:24 AS build
WORKDIR /app
COPY package.json src/ ./
RUN npm run build
FROM node:24-slim
COPY --from=build /app/dist ./dist
COPY --chown=node:node ["dist/server.mjs", "./"]
ADD https://example.org/a.tgz /tmp/
USER node
EXPOSE 8080/tcp 9090
`;
  expect(readDockerfile(text)).toEqual({
    exposes: [8080, 9090],
    user: 'node',
    copies: [
      { source: 'package.json', line: 3 },
      { source: 'src/', line: 3 },
      { source: 'dist/server.mjs', line: 7 },
    ],
  });
});

test('a stage inherits the user of the stage it builds on; a foreign base image says nothing', () => {
  expect(readDockerfile('FROM node:24 AS base\nUSER node\nFROM base\nCMD ["node"]\n').user).toBe('node');
  expect(readDockerfile('FROM node:24\n').user).toBeNull();
  expect(readDockerfile('FROM node:24\nUSER node\nUSER root\n').user).toBe('root');
});
