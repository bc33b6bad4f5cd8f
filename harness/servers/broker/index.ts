export { type BrokerOptions, startBroker } from './broker.ts';
export { type BrokerEvent, brokerEvent, type EventOf } from './events.ts';
export type { BrokerJournal } from './journal.ts';
