import { usualStoreImages } from '../../../model/index.ts';
import { type ContainerPlace, plainName, type StoreRecipe } from '../recipe.ts';
import { accepts } from '../speak.ts';

/** Of the listener for members of the run's network. */
const insidePort = 19_092;

const common = {
  port: 9092,
  insidePort,
  programs: [],
  ping: ({ address }) => accepts(address),
  provision: async (_, tenant) => ({ user: '', password: '', database: '', prefix: `${plainName(tenant)}.` }),
  url: ({ host, port }) => `${host}:${port}`,
} satisfies Partial<StoreRecipe>;

/** One broker for the run, and a prefix for the topics of each part. */
export const kafka: StoreRecipe = {
  ...common,
  title: 'Kafka',
  image: usualStoreImages.kafka,
  install: 'a Docker engine; Kafka is run in a container only',
  container: (place) => ({
    env: {
      KAFKA_NODE_ID: '1',
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
      KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      KAFKA_LISTENERS: `INSIDE://:${insidePort},OUTSIDE://:9092,CONTROLLER://:9093`,
      KAFKA_ADVERTISED_LISTENERS: advertised(place),
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'INSIDE:PLAINTEXT,OUTSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT',
      KAFKA_INTER_BROKER_LISTENER_NAME: 'OUTSIDE',
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
    },
  }),
};

/** Redpanda speaks Kafka's protocol and starts in a second. */
export const redpanda: StoreRecipe = {
  ...common,
  title: 'Redpanda',
  image: usualStoreImages.redpanda,
  install: 'a Docker engine; Redpanda is run in a container only',
  container: (place) => ({
    env: {},
    command: [
      'redpanda',
      'start',
      '--mode=dev-container',
      '--smp=1',
      `--kafka-addr=INSIDE://0.0.0.0:${insidePort},OUTSIDE://0.0.0.0:9092`,
      `--advertise-kafka-addr=${advertised(place)}`,
    ],
  }),
};

/** A broker tells its clients where it is: members of the run's network by its alias, this machine by its port. */
function advertised({ alias, publishedPort }: ContainerPlace): string {
  return `INSIDE://${alias ?? 'localhost'}:${insidePort},OUTSIDE://127.0.0.1:${publishedPort}`;
}
