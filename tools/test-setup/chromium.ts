import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { messageOf } from '../../packages/base/src/errors.ts'
import { installSystemPackages, type PackageNames } from '../../packages/blender/src/system-packages.ts'

/** A browser, and fonts: without them a page is laid out with boxes for letters. */
const packages: PackageNames[] = [
  { apt: 'chromium', dnf: 'chromium', pacman: 'chromium', zypper: 'chromium' },
  { apt: 'fonts-dejavu-core', dnf: 'dejavu-sans-fonts', pacman: 'ttf-dejavu', zypper: 'dejavu-fonts' },
  { apt: 'fonts-liberation', dnf: 'liberation-fonts', pacman: 'ttf-liberation', zypper: 'liberation-fonts' },
]

const usualPlaces: Partial<Record<NodeJS.Platform, string[]>> = {
  linux: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].flatMap((name) =>
    (process.env['PATH'] ?? '').split(':').map((folder) => join(folder, name)),
  ),
  darwin: ['Google Chrome', 'Chromium'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`),
  win32: [
    'C:/Program Files/Google/Chrome/Application/chrome.exe',
    'C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe',
  ],
}

/**
 * A Chromium for browser tests: BACKLOT_CHROMIUM, an installed one, else the system's package, else Playwright's
 * download into the folder `browsers`. Says what it prepares. Undefined when there is none; it has then said what to do.
 */
export async function prepareChromium(browsers: string, say: (line: string) => void): Promise<string | undefined> {
  process.env['PLAYWRIGHT_BROWSERS_PATH'] = browsers
  const { chromium } = await import('playwright-core')
  const candidates = [
    process.env['BACKLOT_CHROMIUM'],
    ...(usualPlaces[process.platform] ?? []),
    chromium.executablePath(),
  ]
  // (On Windows `--version` opens a window instead.)
  const runs = (path: string): boolean =>
    process.platform === 'win32' || spawnSync(path, ['--version'], { stdio: 'ignore' }).status === 0
  const find = (): string | undefined => candidates.find((path) => path && existsSync(path) && runs(path))

  const present = find()
  if (present) return present
  if (process.platform === 'linux' && !isUbuntu()) {
    try {
      await installSystemPackages(packages, 'Browser tests need Chromium.', { say })
    } catch (error) {
      say(messageOf(error))
    }
    const installed = find()
    if (installed) return installed
  }
  say('Browser tests need Chromium; downloading the one that Playwright brings.')
  const cli = join(createRequire(import.meta.url).resolve('playwright-core/package.json'), '..', 'cli.js')
  // As root the libraries that it needs come along; else those that are there have to do.
  const withLibraries = process.platform === 'linux' && process.getuid?.() === 0 ? ['--with-deps'] : []
  spawnSync(process.execPath, [cli, 'install', ...withLibraries, 'chromium'], { stdio: ['ignore', 2, 2] })
  const downloaded = find()
  if (!downloaded)
    say('There is no Chromium to test with. Install Chrome or Chromium, or set BACKLOT_CHROMIUM to its path.')
  return downloaded
}

/** Its package of that name only leads to a snap, which does not run in containers. */
function isUbuntu(): boolean {
  return existsSync('/etc/os-release') && /^ID=ubuntu$/m.test(readFileSync('/etc/os-release', 'utf8'))
}
