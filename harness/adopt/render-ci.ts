/** Services that `init --ci` writes a pipeline for, and the file each looks for. */
export const pipelines = {
  github: '.github/workflows/stagegate.yml',
  gitlab: '.gitlab-ci.yml',
  jenkins: 'Jenkinsfile',
} as const;
export type PipelineName = keyof typeof pipelines;

/** The ledger is a ref of the repository: fetched before a run, so that it is continued, and pushed after it. */
const fetchLedger = "git fetch origin 'refs/stagegate/*:refs/stagegate/*' || true";
const pushLedger = "git push origin 'refs/stagegate/*:refs/stagegate/*'";
const run = 'npx stagegate run';

/** The text of a pipeline: caches, the run, its reports as artifacts, and the ledger kept. Pure. */
export function renderPipeline(name: PipelineName): string {
  switch (name) {
    case 'github':
      return github;
    case 'gitlab':
      return gitlab;
    case 'jenkins':
      return jenkins;
  }
}

const github = `# Written by stagegate init --ci github.
name: stagegate
on:
  push:
    branches: [main]
  pull_request:
permissions:
  contents: write # the ledger is a ref of this repository
concurrency: stagegate-\${{ github.ref }}
jobs:
  run:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0
      - uses: actions/setup-node@v4
        with:
          node-version: 24
          cache: npm
      - uses: actions/cache@v4
        with:
          path: .stagegate
          key: stagegate-\${{ runner.os }}-\${{ github.sha }}
          restore-keys: stagegate-\${{ runner.os }}-
      - run: npm ci
      - run: ${fetchLedger}
      - run: ${run}
      - if: always() && github.event_name == 'push'
        run: ${pushLedger}
      - if: always()
        uses: actions/upload-artifact@v4
        with:
          name: stagegate
          path: reports
`;

const gitlab = `# Written by stagegate init --ci gitlab.
stagegate:
  image: node:24-bookworm
  variables:
    GIT_DEPTH: 0
  cache:
    key: stagegate
    paths: [node_modules, .stagegate]
  script:
    - npm ci
    - ${fetchLedger}
    - ${run}
  after_script:
    # A project access token with the right to push, as the variable LEDGER_TOKEN.
    - git push "https://ledger:$LEDGER_TOKEN@$CI_SERVER_HOST/$CI_PROJECT_PATH.git" 'refs/stagegate/*:refs/stagegate/*'
  artifacts:
    when: always
    paths: [reports]
    reports:
      junit: reports/junit.xml
`;

const jenkins = `// Written by stagegate init --ci jenkins.
pipeline {
  agent any
  options { disableConcurrentBuilds() }
  stages {
    stage('stagegate') {
      steps {
        sh 'npm ci'
        sh "${fetchLedger}"
        sh '${run}'
      }
    }
  }
  post {
    always {
      junit allowEmptyResults: true, testResults: 'reports/junit.xml'
      archiveArtifacts artifacts: 'reports/**', allowEmptyArchive: true
      sh "${pushLedger}"
    }
  }
}
`;
