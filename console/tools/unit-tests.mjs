// Bundles src/**/*.test.ts with esbuild, which Vite brings, and runs them with node's own test runner.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const tests = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => join(root, 'src', name));
if (tests.length === 0) throw new Error('there are no unit tests');

const out = mkdtempSync(join(tmpdir(), 'console-tests-'));
try {
  await build({
    entryPoints: tests, outdir: out, bundle: true, platform: 'node', format: 'esm', logLevel: 'error',
    alias: { '@': join(root, 'src') }, outExtension: { '.js': '.mjs' },
  });
  const files = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.mjs'));
  const ran = spawnSync(process.execPath, ['--test', ...files.map((name) => join(out, name))], { stdio: 'inherit' });
  process.exitCode = ran.status ?? 1;
} finally {
  rmSync(out, { recursive: true, force: true });
}
