// Builds the page for `dotnet build`: installs packages if the lock file changed, builds if a source changed, and lets
// builds that run at the same time take turns.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const web = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const out = resolve(process.argv[2] ?? join(web, 'dist'));
const stamps = join(web, 'node_modules/.workflow-functions');
const lock = join(web, '.build-lock');
const notSources = new Set(['node_modules', '.build-lock', 'dist']);

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.log(`The page is not built: it needs Node.js 20.19 or later, and this is ${process.versions.node}.`);
  process.exit(0);
}

await takeLock();
try {
  install();
  build();
} finally {
  rmSync(lock, { recursive: true, force: true });
}

function install() {
  const wanted = hash([join(web, 'package-lock.json')]);
  if (read(join(stamps, 'installed')) === wanted) return;
  console.log('Installing the packages of the page …');
  npm('ci', '--no-audit', '--no-fund', '--loglevel=error');
  write(join(stamps, 'installed'), wanted);
}

function build() {
  const index = join(out, 'index.html');
  const wanted = hash(sources(web));
  if (read(join(stamps, 'built')) !== `${wanted} ${out}` || !existsSync(index)) {
    console.log('Building the page …');
    npm('run', '--silent', 'build', '--', '--outDir', out, '--logLevel', 'warn');
    compress(join(out, 'assets'));
    write(join(stamps, 'built'), `${wanted} ${out}`);
  }
  // MSBuild compares times.
  const now = new Date();
  utimesSync(index, now, now);
}

// Served to browsers as they are, so that no request pays for compression.
function compress(folder) {
  for (const name of readdirSync(folder)) {
    const content = readFileSync(join(folder, name));
    if (!/\.(js|css|svg)$/.test(name) || content.length <= 1_000) continue;
    // Browsers take the smaller one over https and from this machine only.
    writeFileSync(join(folder, `${name}.br`), brotliCompressSync(content));
    writeFileSync(join(folder, `${name}.gz`), gzipSync(content, { level: 9 }));
  }
}

function npm(...args) {
  const isWindows = process.platform === 'win32';
  execFileSync(isWindows ? 'npm.cmd' : 'npm', args, { cwd: web, stdio: 'inherit', shell: isWindows });
}

function sources(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !notSources.has(entry.name))
    .flatMap((entry) => (entry.isDirectory() ? sources(join(folder, entry.name)) : [join(folder, entry.name)]))
    .sort();
}

function hash(files) {
  const sum = createHash('sha256');
  for (const file of files) sum.update(relative(web, file)).update('\0').update(readFileSync(file)).update('\0');
  return sum.digest('hex');
}

function read(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

function write(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

// A folder is made by one process only. One whose owner is gone is taken over.
async function takeLock() {
  for (;;) {
    try {
      mkdirSync(lock);
      writeFileSync(join(lock, 'pid'), String(process.pid));
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (isAbandoned()) rmSync(lock, { recursive: true, force: true });
      else await new Promise((done) => setTimeout(done, 200));
    }
  }
}

function isAbandoned() {
  try {
    const owner = read(join(lock, 'pid'));
    if (owner) process.kill(Number(owner), 0);
    else return Date.now() - statSync(lock).mtimeMs > 10_000;
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}
