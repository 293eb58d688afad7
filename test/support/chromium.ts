import { accessSync, constants } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const PROGRAM = '/usr/bin/chromium';

/** Says loudly when the browser is missing, so that nobody takes silence for a pass. */
export function isChromiumInstalled(): boolean {
  try {
    accessSync(PROGRAM, constants.X_OK);
    return true;
  } catch {
    process.stderr.write(
      '\n*** Chromium is not installed: the tests in a browser DO NOT RUN (apt-get install chromium). ***\n\n',
    );
    return false;
  }
}

export function startChromium(): Promise<Browser> {
  // Its sandbox refuses to work for root.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: PROGRAM, headless: true, args: [...args, '--disable-dev-shm-usage'] });
}
