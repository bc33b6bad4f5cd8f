import type { StoreKind } from '../model/index.ts';

/** What an image is to a system: one of the stores, something behind a port that a service may need, or a tool of developers. */
export type ImageRole =
  | { readonly role: 'store'; readonly kind: StoreKind }
  | { readonly role: 'infrastructure'; readonly port: number }
  | { readonly role: 'tool'; readonly what: string }
  | { readonly role: 'unknown' };

/** Last part of an image's name, or whole words in it → store. The first that fits counts. */
const stores: readonly (readonly [RegExp, StoreKind])[] = [
  [/^(postgres(ql)?|postgis|timescaledb(-ha)?|pgvector|cockroach)$/, 'postgres'],
  [/^(mysql(-server)?|percona(-server)?)$/, 'mysql'],
  [/^mariadb$/, 'mariadb'],
  [/^(mongo(db)?|mongodb-community-server)$/, 'mongo'],
  [/^(redis(-stack(-server)?)?|redismod|keydb|dragonfly)$/, 'redis'],
  [/^valkey$/, 'valkey'],
  [/^rabbitmq$/, 'rabbitmq'],
  [/^(kafka|cp-kafka|cp-server|kafka-native)$/, 'kafka'],
  [/^redpanda$/, 'redpanda'],
  [/^nats(-streaming)?$/, 'nats'],
  [/^minio$/, 'minio'],
];

/** Name → the port it listens on. */
const infrastructure: Readonly<Record<string, number>> = {
  elasticsearch: 9200,
  opensearch: 9200,
  memcached: 11_211,
  cassandra: 9042,
  scylla: 9042,
  clickhouse: 8123,
  'clickhouse-server': 8123,
  influxdb: 8086,
  neo4j: 7474,
  couchdb: 5984,
  etcd: 2379,
  consul: 8500,
  vault: 8200,
  solr: 8983,
  meilisearch: 7700,
  typesense: 8108,
  localstack: 4566,
  'dynamodb-local': 8000,
  azurite: 10_000,
  activemq: 61_616,
  'activemq-artemis': 61_616,
  artemis: 61_616,
  pulsar: 6650,
  mosquitto: 1883,
  keycloak: 8080,
  qdrant: 6333,
  weaviate: 8080,
  chroma: 8000,
  mssql: 1433,
  server: 1433,
  'oracle-free': 1521,
  rethinkdb: 28_015,
  arangodb: 8529,
  'otel-collector': 4317,
  'opentelemetry-collector': 4317,
  'opentelemetry-collector-contrib': 4317,
  jaeger: 16_686,
  'all-in-one': 16_686,
  zipkin: 9411,
  mailhog: 1025,
  mailpit: 1025,
  mailcatcher: 1025,
  maildev: 1025,
};

const tools: readonly (readonly [RegExp, string])[] = [
  [
    /adminer|pgadmin|phpmyadmin|mongo-express|redis-commander|redisinsight|cloudbeaver|kafka-ui|kafdrop|akhq|cmak|kowl|console$/,
    'a tool to look at data',
  ],
  [
    /portainer|watchtower|ouroboros|dozzle|diun|autoheal|docker-proxy|docker-socket-proxy/,
    'a tool to run containers',
  ],
  [
    /prometheus|grafana|loki|promtail|cadvisor|node[-_]exporter|exporter$|alertmanager|kibana|logstash|filebeat|fluentd|fluent-bit|netdata|tempo/,
    'monitoring, which a deployment brings itself',
  ],
  [/zookeeper/, 'not needed: Kafka runs without it here'],
  [
    /certbot|letsencrypt|acme-companion|nginx-proxy-acme|cert-manager/,
    'certificates, which the platform brings',
  ],
  [
    /wait-for-it|dockerize|wait-for-deps|docker-compose-wait/,
    'not needed: services start after what they need',
  ],
];

export function roleOf(image: string): ImageRole {
  const name = (image.split('@')[0] ?? '').split('/').at(-1)?.split(':')[0]?.toLowerCase() ?? '';
  const store = stores.find(([pattern]) => pattern.test(name));
  if (store !== undefined) return { role: 'store', kind: store[1] };
  const tool = tools.find(([pattern]) => pattern.test(name));
  if (tool !== undefined) return { role: 'tool', what: tool[1] };
  const port = name === 'server' && !image.includes('mssql') ? undefined : infrastructure[name];
  return port === undefined ? { role: 'unknown' } : { role: 'infrastructure', port };
}
