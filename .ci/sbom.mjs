// Writes what the Local server is made of, as CycloneDX 1.5: its NuGet packages from the lock file, and the page's from npm.
// Licences of NuGet packages are in the packages: restore them before.
// node .ci/sbom.mjs sbom.json
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const target = process.argv[2] ?? 'sbom.json';
const packages = process.env.NUGET_PACKAGES || join(homedir(), '.nuget/packages');

function licencesOf(name, version) {
  const [folder, file] = [join(packages, name.toLowerCase(), version.toLowerCase()), `${name.toLowerCase()}.nuspec`];
  const nuspec = existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8') : '';
  const [, kind, text] = /<license type="(expression|file)">([^<]+)<\/license>/.exec(nuspec) ?? [];
  if (kind === 'expression') return [/[ (]/.test(text) ? { expression: text } : { license: { id: text } }];
  if (kind === 'file') return [{ license: { name: `${text} in the package` } }];
  const [, url] = /<licenseUrl>([^<]+)<\/licenseUrl>/.exec(nuspec) ?? [];
  return url ? [{ license: { name: url, url } }] : [];
}

function nugetPackages() {
  const lock = JSON.parse(readFileSync(join(root, 'WorkflowFunctions.Local/packages.lock.json'), 'utf8'));
  return Object.values(lock.dependencies)
    .flatMap((packages) => Object.entries(packages))
    .filter(([, entry]) => entry.type !== 'Project')
    .map(([name, { resolved, contentHash }]) => ({
      type: 'library',
      'bom-ref': `pkg:nuget/${name}@${resolved}`,
      name,
      version: resolved,
      purl: `pkg:nuget/${name}@${resolved}`,
      licenses: licencesOf(name, resolved),
      hashes: [{ alg: 'SHA-512', content: Buffer.from(contentHash, 'base64').toString('hex') }],
    }));
}

// From the lock file alone: nothing is to be installed, and nothing asked of a registry.
function npmPackages() {
  const args = ['sbom', '--package-lock-only', '--omit=dev', '--sbom-format=cyclonedx'];
  return JSON.parse(execFileSync('npm', args, { cwd: join(root, 'web'), encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] })).components;
}

const version = /<VersionPrefix>(.*)<\/VersionPrefix>/.exec(readFileSync(join(root, 'Directory.Build.props'), 'utf8'))[1];
const [nuget, npm] = [nugetPackages(), npmPackages()];
if (nuget.length === 0 || npm.length === 0) throw new Error('There is nothing in a lock file.');
writeFileSync(target, `${JSON.stringify({
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  version: 1,
  metadata: { component: { type: 'application', 'bom-ref': 'workflow-functions', name: 'WorkflowFunctions.Local', version } },
  components: [...nuget, ...npm],
}, null, 2)}\n`);
const without = [...nuget, ...npm].filter(({ licenses }) => !licenses?.length).length;
console.log(`${target}: ${nuget.length} NuGet packages, ${npm.length} npm packages; ${without} without a licence`);
