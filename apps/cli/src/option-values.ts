import { InvalidArgumentError } from 'commander'

/** How the values of options are read. Each throws what commander shows beside the option. */

export function wholeNumber(text: string): number {
  if (!/^-?\d{1,9}$/.test(text)) throw new InvalidArgumentError('not a whole number')
  return Number(text)
}

export function share(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value > 0 && value <= 1)) throw new InvalidArgumentError('not between 0 and 1')
  return value
}

export function weight(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value >= 0.01 && value <= 1000))
    throw new InvalidArgumentError('not between 0.01 and 1000')
  return value
}

export function positiveNumber(text: string): number {
  const value = wholeNumber(text)
  if (value < 1) throw new InvalidArgumentError('not 1 or more')
  return value
}

/** Undefined for `auto`. */
export function numberOrAuto(text: string): number | undefined {
  return text === 'auto' ? undefined : wholeNumber(text)
}

export function numberOrNone(text: string): number | null {
  return text === 'none' ? null : positiveNumber(text)
}

export function countOrNone(text: string): number | null {
  return text === 'none' ? null : wholeNumber(text)
}

export function port(text: string): number {
  const value = wholeNumber(text)
  if (value < 0 || value > 65_535) throw new InvalidArgumentError('not a port: 0 to 65535')
  return value
}

export function collect(value: string, before: string[]): string[] {
  return [...before, value]
}

const bytesOf: Record<string, number> = {
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KIB: 1024,
  MIB: 1024 ** 2,
  GIB: 1024 ** 3,
  TIB: 1024 ** 4,
}

/** `8GiB` or `8.5 GB` as bytes. */
export function size(text: string): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?) ?([KMGT]i?B)$/i.exec(text.trim()) ?? []
  const bytes = Number(number) * (bytesOf[unit.toUpperCase()] ?? Number.NaN)
  if (!(bytes > 0)) throw new InvalidArgumentError('not a size: write it as 8GiB or 500MB')
  return Math.round(bytes)
}

/** 0 for `none`. */
export function sizeOrNever(text: string): number {
  return text === 'none' ? 0 : size(text)
}

export function countOrNever(text: string): number {
  return text === 'none' ? 0 : positiveNumber(text)
}
