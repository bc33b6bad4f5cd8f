import { system, test, waitFor } from 'stagegate/testing';

test('a visit through nginx is counted by the worker', async () => {
  const visits = async () => {
    const response = await fetch(`${system().url('web')}/api/visits`);
    return Number(await response.text());
  };
  const before = await visits();
  await waitFor(async () => (await visits()) > before, {
    timeoutMs: 20_000,
    what: 'visit that the worker counted',
  });
});
