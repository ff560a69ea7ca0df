# Read by backlot.cmd when something is missing: fetches a Node, then lets install.ts do the rest, as
# tools/launcher/prepare.sh does elsewhere. Prints nothing on stdout; ends with 0 when the machine is ready.
param([string]$Root, [string]$Cache, [string]$Platform, [string]$Goal, [string]$Node)
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue' # its drawing makes downloads many times slower

function Say([string]$line) { [Console]::Error.WriteLine($line) }

function Get-Pin([string]$part) {
  foreach ($line in Get-Content (Join-Path $Root 'tools\launcher\pins.txt')) {
    $fields = $line -split '\s+'
    if ($fields[0] -eq $part -and ($fields[1] -eq $Platform -or $fields[1] -eq 'any')) { return $fields }
  }
  throw "nothing is pinned for $part on $Platform"
}

# The official archive, with npm in it; held against the published checksum.
function Get-Node([string]$temporary) {
  $version = (Get-Pin 'archive')[3]
  $name = "node-v$version-$($Platform -replace 'win32', 'win')"
  $mirror = if ($env:BACKLOT_NODE_MIRROR) { $env:BACKLOT_NODE_MIRROR } else { 'https://nodejs.org/dist' }
  Say "Node $version from $mirror ..."
  $started = Get-Date
  $zip = Join-Path $temporary 'node.zip'
  try {
    $sums = (Invoke-WebRequest -UseBasicParsing "$mirror/v$version/SHASUMS256.txt").Content
    Invoke-WebRequest -UseBasicParsing "$mirror/v$version/$name.zip" -OutFile $zip
  } catch {
    Say "backlot: no Node 24 or newer here, and $mirror can't be reached: $($_.Exception.Message)"
    Say '  Connect this machine to the network and run the command again, or install Node 24 or newer: https://nodejs.org/en/download'
    exit 1
  }
  if ($sums -is [byte[]]) { $sums = [Text.Encoding]::ASCII.GetString($sums) }
  $wanted = ($sums -split "`n" | Where-Object { $_.Trim().EndsWith("  $name.zip") }) -replace '\s.*', ''
  $found = (Get-FileHash -Algorithm SHA256 $zip).Hash
  if ($found -ne $wanted) {
    Say "backlot: the hash of $name.zip is $found, SHASUMS256.txt says '$wanted'. Nothing of it was kept."
    exit 1
  }
  Expand-Archive $zip $temporary
  $target = Join-Path $Cache "node\$version-$Platform"
  New-Item -ItemType Directory -Force (Split-Path $target) | Out-Null
  if (Test-Path $target) { Remove-Item -Recurse -Force $target }
  Move-Item (Join-Path $temporary $name) $target
  Say ('Node {0}: done in {1:n0} s' -f $version, ((Get-Date) - $started).TotalSeconds)
  return Join-Path $target 'node.exe'
}

# The system lets go of a mutex when its owner dies, however it dies.
$mutex = New-Object Threading.Mutex($false, 'Local\backlot-launcher')
try {
  if (-not $mutex.WaitOne(0)) {
    Say 'Another backlot is preparing this machine; waiting for it ...'
    [void]$mutex.WaitOne()
  }
} catch [Threading.AbandonedMutexException] { }

$temporary = Join-Path $Cache "tmp.$PID"
try {
  New-Item -ItemType Directory -Force $temporary | Out-Null
  if (-not $Node) { $Node = Get-Node $temporary }
  $install = Join-Path $Root 'tools\launcher\install.ts'
  & $Node --disable-warning=ExperimentalWarning $install $Goal $Root $Cache $Platform $temporary
  if ($LASTEXITCODE -eq 9) {
    $Node = Get-Node $temporary
    & $Node --disable-warning=ExperimentalWarning $install $Goal $Root $Cache $Platform $temporary
  }
  exit $LASTEXITCODE
} catch {
  Say "backlot: $($_.Exception.Message)"
  Say "  Is $Cache on a disk with 1 GB of free space, and may it be written to? Else set BACKLOT_CACHE."
  exit 1
} finally {
  Remove-Item -Recurse -Force $temporary -ErrorAction SilentlyContinue
  $mutex.ReleaseMutex()
}
