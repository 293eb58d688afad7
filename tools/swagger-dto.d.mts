import type { Vite } from 'vitest/node';

export declare function swaggerDto(tsconfig: string, files: () => string[]): Vite.Plugin;
