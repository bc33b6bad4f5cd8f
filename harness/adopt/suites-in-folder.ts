import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProposedService } from './proposal.ts';

export interface FoundSuites {
  readonly suites: ProposedService['suites'];
  /** Sentences that say what was found, or what could not be told. */
  readonly because: readonly string[];
}

/** Looks for the unit tests of a service by what its language's runners look for. */
export async function suitesInFolder(folder: string): Promise<FoundSuites> {
  const names = await readdir(folder).catch((): string[] => []);
  const found =
    (names.includes('package.json') ? await nodeTests(folder) : null) ??
    (await pythonTests(folder, names)) ??
    (await compiledTests(folder, names));
  return found ?? { suites: {}, because: [] };
}

async function nodeTests(folder: string): Promise<FoundSuites | null> {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => '{}');
  const manifest = parsed(text);
  const script = manifest.scripts?.test ?? '';
  const has = (name: string): boolean => name in { ...manifest.dependencies, ...manifest.devDependencies };
  const unit = (run: string, what: string): FoundSuites => ({
    suites: { unit: run },
    because: [`unit tests: ${what}`],
  });
  if (has('jest') || /\bjest\b/.test(script)) {
    // Copies of the service, made by builds, are no tests of it.
    const ignored = '/node_modules/ /.stagegate/';
    return unit(
      `npx jest --json --outputFile="$STAGEGATE_RESULTS/unit.json" --testPathIgnorePatterns ${ignored} --modulePathIgnorePatterns /.stagegate/`,
      'jest in package.json',
    );
  }
  if (has('vitest') || /\bvitest\b/.test(script)) {
    return unit(
      'npx vitest run --exclude "**/.stagegate/**" --reporter=junit --outputFile="$STAGEGATE_RESULTS/unit.xml"',
      'vitest in package.json',
    );
  }
  if (has('mocha') || /\bmocha\b/.test(script)) {
    return unit(
      'npx mocha --reporter xunit --reporter-option output="$STAGEGATE_RESULTS/unit.xml"',
      'mocha in package.json',
    );
  }
  if (/node\b.*--test/.test(script)) {
    return unit(
      'node --test --test-reporter=junit --test-reporter-destination="$STAGEGATE_RESULTS/unit.xml"',
      'node --test in package.json',
    );
  }
  if (script === '' || script.includes('no test specified')) return null;
  return {
    suites: {},
    because: [`the test script (${script}) is of a runner that is not known: write suites.unit`],
  };
}

interface Manifest {
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

function parsed(text: string): Manifest {
  try {
    return JSON.parse(text) as Manifest;
  } catch {
    return {};
  }
}

async function pythonTests(folder: string, names: readonly string[]): Promise<FoundSuites | null> {
  const isPython = names.some((name) =>
    /^(requirements.*\.txt|pyproject\.toml|setup\.(py|cfg)|manage\.py|.*\.py)$/.test(name),
  );
  if (!isPython) return null;
  const files = await readdir(folder, { recursive: true }).catch((): string[] => []);
  const tests = files.filter(
    (file) =>
      /(^|\/)(test_[^/]*|[^/]*_test)\.py$/.test(file) &&
      !/(^|\/)(\.venv|venv|node_modules|site-packages)\//.test(file),
  );
  if (tests.length === 0) return null;
  if (names.includes('manage.py') && !tests.some((file) => file.includes('conftest'))) {
    return {
      suites: {},
      because: ["Django's own test runner writes no JUnit: install pytest-django and write suites.unit"],
    };
  }
  return {
    suites: { unit: 'python3 -m pytest -q --junitxml="$STAGEGATE_RESULTS/unit.xml"' },
    because: [
      `unit tests: ${tests.length} files for pytest; pytest and the requirements must be installed where stagegate runs`,
    ],
  };
}

async function compiledTests(folder: string, names: readonly string[]): Promise<FoundSuites | null> {
  const files = await readdir(folder, { recursive: true }).catch((): string[] => []);
  if (names.includes('go.mod') && files.some((file) => file.endsWith('_test.go'))) {
    return {
      suites: { unit: 'go test -json ./... > "$STAGEGATE_RESULTS/unit.json"' },
      because: ['unit tests: *_test.go'],
    };
  }
  const hasJava = files.some((file) => /src\/test\/.*\.(java|kt)$/.test(file));
  if (names.includes('pom.xml') && hasJava) {
    const tool = names.includes('mvnw') ? './mvnw' : 'mvn';
    return {
      suites: { unit: { run: `${tool} -q -B test`, junit: 'target/surefire-reports/*.xml' } },
      because: ['unit tests: src/test, by Maven'],
    };
  }
  if (names.some((name) => /^build\.gradle(\.kts)?$/.test(name)) && hasJava) {
    const tool = names.includes('gradlew') ? './gradlew' : 'gradle';
    return {
      suites: { unit: { run: `${tool} test`, junit: 'build/test-results/**/*.xml' } },
      because: ['unit tests: src/test, by Gradle'],
    };
  }
  return null;
}
