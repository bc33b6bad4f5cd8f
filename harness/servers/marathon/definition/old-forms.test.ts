import { describe, expect, it } from 'vitest';
import { parsed, problemsOf } from '../testing/parsed.ts';
import { parseAppUpdate, renderApp } from './index.ts';

describe('old forms', () => {
  it('become the forms in use: ports, uris, docker.network and docker.portMappings', () => {
    expect(parsed({ id: '/a', cmd: 'x y', ports: [0, 8080] }).portDefinitions).toEqual([
      { port: 0, protocol: 'tcp' },
      { port: 8080, protocol: 'tcp' },
    ]);
    const uris = ['http://h/a.tgz?x=1', 'http://h/a.txt'];
    expect(parsed({ id: '/a', cmd: 'x y', uris }).fetch.map(({ extract }) => extract)).toEqual([true, false]);

    const app = renderApp(
      parsed({
        id: '/a',
        ports: [1],
        container: { docker: { image: 'i', network: 'bridge', portMappings: [{ containerPort: 80 }] } },
      }),
    );
    expect(app).toMatchObject({
      networks: [{ mode: 'container/bridge' }],
      container: {
        portMappings: [{ containerPort: 80, hostPort: 0, servicePort: 0, protocol: 'tcp', labels: {} }],
      },
    });
    expect(app).not.toHaveProperty('portDefinitions');
    expect(JSON.stringify(app)).not.toContain('"network"');
  });

  it.each([
    ['none at all', { docker: { image: 'i', network: 'BRIDGE', portMappings: [] } }, []],
    [
      'none, in both forms',
      { docker: { image: 'i', network: 'BRIDGE', portMappings: [] }, portMappings: [] },
      [],
    ],
    [
      'the new form beside an empty old one',
      { docker: { image: 'i', network: 'BRIDGE', portMappings: [] }, portMappings: [{ containerPort: 80 }] },
      [80],
    ],
    [
      'the old form alone',
      { docker: { image: 'i', network: 'BRIDGE', portMappings: [{ containerPort: 80 }] } },
      [80],
    ],
    ['nothing said', { docker: { image: 'i', network: 'BRIDGE' } }, [0]],
  ])('of port mappings: %s', (_what, container, expected) => {
    const app = parsed({ id: '/a', container });
    expect(app.container?.portMappings?.map(({ containerPort }) => containerPort)).toEqual(expected);
  });

  it('lose their mappings in host mode, before ports are counted', () => {
    const docker = {
      image: 'i',
      network: 'HOST',
      portMappings: [{ containerPort: 1 }, { containerPort: 2 }],
    };
    const app = { id: '/a', container: { docker }, healthChecks: [{ portIndex: 1 }] };
    expect(problemsOf(app)).toHaveProperty(['not-valid /healthChecks(0)']);
    expect(parsed({ ...app, healthChecks: [] }).container).not.toHaveProperty('portMappings');
  });

  it('become a container network of a Mesos container when an address per task was asked for', () => {
    const app = parsed({
      id: '/a',
      cmd: 'x y',
      ipAddress: { networkName: 'dcos', discovery: { ports: [{ number: 80, name: 'http' }] } },
    });
    expect(app.networks).toEqual([{ mode: 'container', name: 'dcos' }]);
    expect(app.container).toMatchObject({
      type: 'MESOS',
      portMappings: [{ containerPort: 80, name: 'http' }],
    });
    expect(app.container?.portMappings?.[0]).not.toHaveProperty('hostPort');
  });

  it('get the default mapping when a bridge app names none', () => {
    const networks = [{ mode: 'container/bridge' }];
    expect(parsed({ id: '/a', cmd: 'x y', networks }).container).toEqual({
      type: 'MESOS',
      volumes: [],
      portMappings: [
        { containerPort: 0, hostPort: 0, servicePort: 0, protocol: 'tcp', name: 'default', labels: {} },
      ],
    });
  });

  it.each([
    ['ports', { ports: [8080], portDefinitions: [{ port: 9090 }] }],
    ['uris', { uris: ['http://h/a'], fetch: [{ uri: 'http://h/a' }] }],
    [
      'docker.network',
      { container: { docker: { image: 'i', network: 'HOST' } }, networks: [{ mode: 'host' }] },
    ],
    ['ipAddress', { ipAddress: {}, networks: [{ mode: 'container', name: 'n' }] }],
  ])('must not stand beside the form in use, in an app or an update: %s', (_old, members) => {
    expect(problemsOf({ id: '/a', cmd: 'x y', ...members })).not.toEqual({});
    expect(parseAppUpdate(members)).toMatchObject({ kind: 'refused', refusal: { kind: 'not-valid' } });
  });
});
