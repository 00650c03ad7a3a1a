const contracts = '^contracts/';
const kernel = '^services/core/kernel/';
const portInterfaces = '^services/core/ports/[^/]+\\.ts$';
const ports = '^services/core/ports/';
const domain = '^services/core/domain/';
/** What whoever shows actions has to know of their kinds. */
const shownKinds = '^services/core/domain/actions/shown-kinds\\.ts$';
/** What AWS shows, as the state machines speak of it: the ports speak alike. */
const nouns = '^services/core/domain/(recovery-job|homeward-server|runbook)\\.ts$';
const streams = '^services/core/streams/';
const documents = '^services/core/documents/';
const readiness = '^services/core/readiness/';
const homeward = '^services/core/homeward/';
const view = '^services/core/view/';
const report = '^services/faces/report/';
const evidence = '^services/faces/evidence/';
const api = '^services/faces/api/';
const imports = '^services/faces/cli/(import|export)/';
const hash = '^(node:)?crypto$';
const zod = 'node_modules/zod/';
const aws = 'node_modules/(@aws-sdk|@aws-lambda-powertools)/';

const core = '^services/core/';
/** The folder of a Lambda. */
const service = '^services/functions/([^/]+)/';

module.exports = {
  forbidden: [
    {
      name: 'contracts-import-only-zod',
      comment: 'Contracts are read by other teams, who need nothing else to read them.',
      severity: 'error',
      from: { path: contracts },
      to: { pathNot: [contracts, 'node_modules/zod/'] },
    },
    {
      name: 'kernel-imports-only-contracts',
      comment: 'The mechanism knows no service and no AWS. A hash is a pure function.',
      severity: 'error',
      from: { path: kernel },
      to: { pathNot: [contracts, kernel, portInterfaces, hash] },
    },
    {
      name: 'domain-is-pure',
      comment: 'The state machines decide; they know no port, let alone an adapter.',
      severity: 'error',
      from: { path: domain },
      to: { pathNot: [contracts, kernel, domain, hash, zod, 'node_modules/croner/'] },
    },
    {
      name: 'documents-are-pure',
      comment: 'Texts of people are read alike in a terminal and in a browser.',
      severity: 'error',
      from: { path: documents },
      to: { pathNot: [contracts, kernel, documents, 'node_modules/yaml/'] },
    },
    {
      name: 'streams-join-domain-and-ports',
      comment: 'How the state machines are loaded and saved; no adapter, no service.',
      severity: 'error',
      from: { path: streams },
      to: { pathNot: [contracts, kernel, domain, view, streams, portInterfaces, zod] },
    },
    {
      name: 'readiness-joins-domain-and-ports',
      comment: 'What makes a plan ready to run, asked by the intake and by whoever checks a plan beforehand.',
      severity: 'error',
      from: { path: readiness },
      to: { pathNot: [contracts, kernel, domain, streams, readiness, portInterfaces] },
    },
    {
      name: 'homeward-joins-domain-and-ports',
      comment:
        'How a phase of a failback is carried out, alike by both services that do; no adapter, no service.',
      severity: 'error',
      from: { path: homeward },
      to: { pathNot: [contracts, kernel, domain, streams, readiness, homeward, portInterfaces] },
    },
    {
      name: 'view-is-pure',
      comment:
        'What events show of an execution, folded alike in a terminal and in a browser, which has no hashes of Node.',
      severity: 'error',
      from: { path: view },
      to: {
        pathNot: [
          ...[contracts, view, shownKinds],
          '^services/core/(kernel/(by-text|longest-path)|domain/(success-policy|expectation|closing))\\.ts$',
        ],
      },
    },
    {
      name: 'report-is-pure',
      comment: 'An execution as a document, written alike for a terminal and over HTTP.',
      severity: 'error',
      from: { path: report },
      to: { pathNot: [contracts, domain, view, report, hash, 'node_modules/hono/'] },
    },
    {
      name: 'evidence-joins-reports-and-streams',
      comment: 'What is proven, read and verified alike for a terminal and over HTTP.',
      severity: 'error',
      from: { path: evidence },
      to: {
        pathNot: [contracts, kernel, domain, view, streams, readiness, report, portInterfaces, evidence],
      },
    },
    {
      name: 'port-interfaces-name-no-adapter',
      comment: 'A port is what a service needs from the world, said without the world.',
      severity: 'error',
      from: { path: portInterfaces },
      to: { pathNot: [contracts, kernel, portInterfaces, nouns] },
    },
    {
      name: 'adapters-know-no-service',
      comment: 'An adapter fulfils a port for whoever asks.',
      severity: 'error',
      from: { path: ports },
      to: { path: '^services/', pathNot: [kernel, ports, nouns] },
    },
    {
      name: 'services-are-pure',
      comment: 'What decides runs alike on Lambda, in the local runtime and in a simulation.',
      severity: 'error',
      from: { path: service, pathNot: '/handler\\.ts$' },
      to: {
        pathNot: [
          contracts,
          kernel,
          domain,
          view,
          streams,
          readiness,
          homeward,
          portInterfaces,
          '^services/functions/$1/',
          hash,
          zod,
        ],
      },
    },
    {
      name: 'api-adds-only-http',
      comment: 'The API reads requests with the schemas of the contracts, and answers over HTTP.',
      severity: 'error',
      from: { path: api },
      to: {
        pathNot: [
          ...[
            contracts,
            kernel,
            domain,
            view,
            streams,
            readiness,
            report,
            evidence,
            portInterfaces,
            api,
            hash,
          ],
          'node_modules/(hono|zod)/',
        ],
      },
    },
    {
      name: 'core-knows-no-function-and-no-face',
      comment: 'The core is what all share, so it depends on none of them.',
      severity: 'error',
      from: { path: core },
      to: { path: '^services/(functions|faces)/' },
    },
    {
      name: 'services-meet-in-contracts',
      comment: 'No service imports another: they talk by events. Only the function of the API has a face.',
      severity: 'error',
      from: { path: service },
      to: {
        path: '^services/(functions|faces)/',
        pathNot: ['^services/functions/$1/', api],
      },
    },
    {
      name: 'only-the-api-has-a-function',
      severity: 'error',
      from: { path: service, pathNot: '^services/functions/serve-api/handler\\.ts$' },
      to: { path: api },
    },
    {
      name: 'faces-know-no-function',
      comment: 'A face asks and shows; what it asks for is done by services, which it reaches by events.',
      severity: 'error',
      from: { path: '^services/faces/' },
      to: { path: '^services/functions/' },
    },
    {
      name: 'faces-share-only-reports',
      comment:
        'No face imports another but the report and the evidence; all of them show the views of the core.',
      severity: 'error',
      from: { path: '^services/faces/([^/]+)/' },
      to: { path: '^services/faces/', pathNot: ['^services/faces/$1/', report, evidence] },
    },
    {
      name: 'simulated-aws-stands-alone',
      comment: 'It is a product of its own, with which others test their scripts.',
      severity: 'error',
      from: { path: '^infra/simulated-aws/' },
      to: { path: ['^contracts/', '^services/', '^infra/(?!simulated-aws/)'] },
    },
    {
      name: 'deployment-reads-only-facts-of-the-simulated-aws',
      comment: 'What AWS asks for is known once; how AWS is simulated is no concern of what is deployed.',
      severity: 'error',
      from: { path: ['^infra/aws/', '^services/faces/cli/doctor/'] },
      to: { path: '^infra/simulated-aws/(?!facts/)' },
    },
    {
      name: 'handlers-import-no-infrastructure',
      comment: 'Infrastructure runs handlers. They never know which one.',
      severity: 'error',
      from: { path: '^services/', pathNot: '^services/faces/cli/' },
      to: { path: '^infra/' },
    },
    {
      name: 'cli-knows-only-the-local-runtime',
      comment:
        'The command line starts the local runtime for `up` and `drill`, and examines what the topology names; CDK starts the rest.',
      severity: 'error',
      from: { path: '^services/faces/cli/' },
      to: { path: '^infra/(?!local/|simulated-aws/|topology\\.ts$)' },
    },
    {
      name: 'imports-and-exports-are-pure',
      comment: 'Plans of other tools are mapped as values; the commands read and write files, and call AWS.',
      severity: 'error',
      from: { path: imports },
      to: {
        pathNot: [
          contracts,
          domain,
          view,
          imports,
          zod,
          '^services/faces/cli/format\\.ts$',
          'node_modules/yaml/',
        ],
      },
    },
    {
      name: 'aws-sdk-stays-in-adapters',
      comment:
        'AWS clients and Powertools appear where a port is fulfilled and where a Lambda is composed or bundled.',
      severity: 'error',
      from: { pathNot: ['^services/core/ports/aws/', '/handler\\.ts$', '^infra/aws/', '^test/'] },
      to: { path: aws },
    },
    {
      name: 'local-runtime-loads-services-only-as-handlers',
      comment:
        'As on Lambda, the runtime learns of a handler by its name and loads it when it is first called.',
      severity: 'error',
      from: { path: '^infra/local/' },
      to: { path: '^services/', dynamic: false },
    },
    {
      name: 'local-runtime-loads-nothing-but-handlers',
      severity: 'error',
      from: { path: '^infra/local/' },
      to: { path: '^services/', pathNot: '/handler\\.ts$' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'nothing-imports-tests',
      severity: 'error',
      from: { pathNot: ['^test/', '^vitest\\.config\\.ts$'] },
      to: { path: '^test/' },
    },
    {
      name: 'runs-without-dev-dependencies',
      comment: 'What runs for a user is there after `npm ci --omit=dev`.',
      severity: 'error',
      from: { path: '^(contracts|services|infra/local|infra/simulated-aws)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'resolves',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // The simulated AWS is a package with dependencies of its own.
    combinedDependencies: true,
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
