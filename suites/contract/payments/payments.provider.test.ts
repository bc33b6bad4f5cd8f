import { startService, verifyProvider } from 'stagegate/testing';
import { onTestFinished, test } from 'vitest';
import { start } from '../../externals/card-processor.ts';
import { post } from '../../support/call.ts';

test('payments honour what their consumers expect', async () => {
  const processor = await start({ host: '127.0.0.1' });
  onTestFinished(() => processor.close());
  const { url } = await startService('payments', { env: { CARD_PROCESSOR_URL: processor.url } });
  const nothingToPrepare = async () => {};

  await verifyProvider({
    provider: 'payments',
    url,
    stateHandlers: {
      // The processor goes by the card token in the request.
      'the card is good': nothingToPrepare,
      'the card is refused': nothingToPrepare,
      'the order was charged': ({ orderId }) =>
        post(`${url}/charges`, { orderId, amountCents: 990, cardToken: 'tok_visa' }),
      'the order was never charged': nothingToPrepare,
    },
  });
});
