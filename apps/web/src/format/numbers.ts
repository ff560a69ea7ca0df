import { locale } from './locale.ts'

const count = new Intl.NumberFormat(locale)
const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 })
const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB'] as const

export function formatCount(value: number): string {
  return count.format(value)
}

/** "1 frame", "1,200 frames". */
export function formatMany(value: number, one: string, many = `${one}s`): string {
  return `${count.format(value)} ${value === 1 ? one : many}`
}

/** `fraction` 0 to 1. What is not all done is never shown as 100 %. */
export function formatPercent(fraction: number): string {
  return percent.format(fraction < 1 ? Math.min(fraction, 0.99) : 1)
}

/** Decimal units: "812 B", "4.2 MB". */
export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < byteUnits.length - 1) {
    value /= 1000
    unit++
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1
  return `${value.toLocaleString(locale, { maximumFractionDigits: digits })} ${byteUnits[unit]}`
}
