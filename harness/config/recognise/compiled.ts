import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Recognised } from './recognised.ts';

/** Languages whose tools make a program: Go, Rust, Java and .NET, by the file their tools look for. */
export async function recogniseCompiled(folder: string, service: string): Promise<Recognised | null> {
  const names = await readdir(folder).catch((): string[] => []);
  if (names.includes('go.mod')) return go(folder, names, service);
  if (names.includes('Cargo.toml')) return rust(folder, service);
  if (names.includes('pom.xml')) {
    const tool = names.includes('mvnw') ? './mvnw' : 'mvn';
    // The time stamp makes two builds of one commit alike.
    return java(
      `${tool} -q -B -DskipTests -Dproject.build.outputTimestamp=1980-01-01T00:00:02Z package`,
      'target',
    );
  }
  if (names.includes('build.gradle') || names.includes('build.gradle.kts')) {
    return java(`${names.includes('gradlew') ? './gradlew' : 'gradle'} --quiet assemble`, 'build/libs');
  }
  const project = names.find((name) => name.endsWith('.csproj'));
  return project === undefined ? null : dotnet(project);
}

async function go(folder: string, names: readonly string[], service: string): Promise<Recognised> {
  const commands = await readdir(join(folder, 'cmd')).catch((): string[] => []);
  const command = commands.find((name) => name === service) ?? commands[0];
  const main = names.some((name) => name === 'main.go') || command === undefined ? '.' : `./cmd/${command}`;
  return {
    language: 'Go',
    bundle: {
      kind: 'command',
      run: `CGO_ENABLED=0 go build -trimpath -buildvcs=false -o "$STAGEGATE_OUTPUT/${service}" ${main}`,
      output: null,
    },
    start: `./${service}`,
    base: 'debian:bookworm-slim',
  };
}

async function rust(folder: string, service: string): Promise<Recognised> {
  const manifest = await readFile(join(folder, 'Cargo.toml'), 'utf8');
  const program = /^name\s*=\s*"([^"]+)"/m.exec(manifest)?.[1] ?? service;
  return {
    language: 'Rust',
    bundle: {
      kind: 'command',
      run: `CARGO_TARGET_DIR="$STAGEGATE_CACHE/target" cargo build --release && cp "$STAGEGATE_CACHE/target/release/${program}" "$STAGEGATE_OUTPUT/"`,
      output: null,
    },
    start: `./${program}`,
    base: 'debian:bookworm-slim',
  };
}

/** The largest archive is the one with everything in it. */
function java(build: string, output: string): Recognised {
  return {
    language: 'Java',
    bundle: {
      kind: 'command',
      run: `${build} && cp "$(ls -S ${output}/*.jar | head -n 1)" "$STAGEGATE_OUTPUT/app.jar"`,
      output: null,
    },
    start: 'java -jar app.jar',
    base: 'eclipse-temurin:21-jre',
  };
}

function dotnet(project: string): Recognised {
  return {
    language: '.NET',
    bundle: { kind: 'command', run: 'dotnet publish -c Release -o "$STAGEGATE_OUTPUT"', output: null },
    start: `dotnet ${project.replace(/\.csproj$/, '.dll')}`,
    base: 'mcr.microsoft.com/dotnet/aspnet:8.0',
  };
}
