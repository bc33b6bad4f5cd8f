import { type Config, readSettings, resolveAddress } from '../../config/index.ts';
import { BrokerClient } from '../../contracts/index.ts';
import { basicAuth } from '../../servers/http/index.ts';

/** The Pact Broker of the configuration; null when there is none. Its password or token never comes from a file. */
export function brokerOf({ contractBroker }: Pick<Config, 'contractBroker'>): BrokerClient | null {
  if (contractBroker === null) return null;
  const { url, auth } = resolveAddress(contractBroker, 'contracts.broker');
  const {
    PACT_BROKER_TOKEN: token,
    PACT_BROKER_USERNAME: user,
    PACT_BROKER_PASSWORD: password,
  } = readSettings().env;
  const known = auth ?? (user && password ? { user, password } : null);
  const basic = known && basicAuth(known);
  return new BrokerClient({ url: url.href, authorization: token ? `Bearer ${token}` : basic });
}
