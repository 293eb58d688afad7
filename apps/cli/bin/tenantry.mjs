#!/usr/bin/env node
await import(process.argv[2] === 'build' ? './build.mjs' : '../dist/main.js');
