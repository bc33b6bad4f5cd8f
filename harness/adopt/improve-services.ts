import { join } from 'node:path';
import { recogniseFolder } from '../config/index.ts';
import type { ProposedService } from './proposal.ts';
import { suitesInFolder } from './suites-in-folder.ts';

/** Adds what the folder of a service tells besides: its tests, and how programs of its kind are told their port. */
export async function improveService(root: string, service: ProposedService): Promise<ProposedService> {
  if (service.image !== null) return service;
  const folder = join(root, service.path ?? `services/${service.name}`);
  const { suites, because } = await suitesInFolder(folder);
  const recognised = await recogniseFolder(folder, service.name);
  const start = service.start ?? recognised?.start ?? '';
  return {
    ...service,
    suites,
    env: {
      ...(service.kind === 'worker' ? {} : portVariable(recognised?.language ?? '', start)),
      ...service.env,
    },
    because: [...service.because, ...because],
  };
}

/** Programs that do not read PORT themselves, and the variable that their framework reads. */
function portVariable(language: string, start: string): Readonly<Record<string, string>> {
  if (language === 'Java') return { SERVER_PORT: '{port}' };
  if (language === '.NET') return { ASPNETCORE_URLS: 'http://*:{port}' };
  if (/\bflask\b.*\brun\b/.test(start) && !start.includes('{port}')) return { FLASK_RUN_PORT: '{port}' };
  return {};
}
