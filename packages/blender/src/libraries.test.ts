import { expect, test } from 'vitest'
import { missingLibraries, parseLdd } from './libraries.ts'

test('what ldd did not find', () => {
  const output = `
	linux-vdso.so.1 (0x00007ffd)
	libX11.so.6 => /lib/x86_64-linux-gnu/libX11.so.6 (0x00007f)
	libXi.so.6 => not found
	libSM.so.6 => not found
	libm.so.6 => /lib/libm.so.6 (0x0)`
  expect(parseLdd(output)).toEqual(['libXi.so.6', 'libSM.so.6'])
})

test('a program that has everything lacks nothing but what is loaded later', async () => {
  const missing = await missingLibraries(process.execPath, 'linux')
  expect(missing.filter(({ onlyForViewports }) => !onlyForViewports)).toEqual([])
  expect(await missingLibraries(process.execPath, 'darwin')).toEqual([])
})
