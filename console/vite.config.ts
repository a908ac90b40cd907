import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

// Cloudscape's global styles carry their fonts as data: URLs, which would be fetched before anything is painted, and
// which the content security policy has no room for. Here they become files.
function fontsAsFiles(): Plugin {
  return {
    name: 'fonts-as-files',
    apply: 'build',
    enforce: 'pre',
    transform(code, id) {
      if (!id.endsWith('.css') || !code.includes('base64,')) return null;
      return code.replaceAll(/url\((["']?)data:[a-z-]+\/(?:x-)?(?:font-)?(woff2?);[^,]*base64,([^)"']+)\1\)/g,
        (_all, _quote, kind: string, data: string) => {
          const source = Buffer.from(data, 'base64');
          const fileName = `assets/font-${createHash('sha256').update(source).digest('hex').slice(0, 12)}.${kind}`;
          this.emitFile({ type: 'asset', fileName, source });
          return `url("/console/${fileName}")`;
        });
    },
  };
}

// The page paints its static header from start.css alone; the application and its styles are fetched meanwhile.
function preloadApplication(): Plugin {
  return {
    name: 'preload-application',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle }) {
        const chunks = Object.values(bundle ?? {}).filter((file) => file.type === 'chunk');
        const named = (file: string) => chunks.find((chunk) => chunk.fileName === file);
        const files = new Set<string>();
        const styles = new Set<string>();
        const visit = (chunk: (typeof chunks)[number] | undefined) => {
          if (!chunk || chunk.isEntry || files.has(chunk.fileName)) return;
          files.add(chunk.fileName);
          chunk.viteMetadata?.importedCss.forEach((file) => styles.add(file));
          chunk.imports.forEach((file) => visit(named(file)));
        };
        visit(chunks.find((chunk) => chunk.facadeModuleId?.endsWith('/src/app.tsx')));
        const link = (attrs: Record<string, string>) => ({ tag: 'link', attrs, injectTo: 'head' as const });
        return [
          ...[...styles].map((file) => link({ rel: 'preload', as: 'style', crossorigin: '', href: `/console/${file}` })),
          ...[...files].map((file) => link({ rel: 'modulepreload', href: `/console/${file}` })),
        ];
      },
    },
  };
}

export default defineConfig({
  base: '/console/',
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  plugins: [fontsAsFiles(), react(), preloadApplication()],
  build: {
    outDir: process.env.HAAR_CONSOLE_OUT ?? 'dist',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,  // the content security policy has no data: for fonts
    chunkSizeWarningLimit: 2000,
    reportCompressedSize: false,
  },
});
