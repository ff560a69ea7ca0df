@echo off
rem Backlot's launcher for Windows; ./backlot tells what it does. What is missing is fetched by tools\launcher\windows.ps1.
setlocal EnableExtensions DisableDelayedExpansion
set "root=%~dp0"
if "%root:~-1%"=="\" set "root=%root:~0,-1%"

set "platform=win32-x64"
if /i "%PROCESSOR_ARCHITECTURE%"=="ARM64" set "platform=win32-arm64"

if defined BACKLOT_CACHE (set "cache=%BACKLOT_CACHE%") else (set "cache=%LOCALAPPDATA%\Backlot\cache")

set "goal=dependencies_are_current"
if "%~1"=="pnpm" set "goal=find_pnpm"

call :find_node
call :is_ready
if not errorlevel 1 goto :start
powershell -NoProfile -ExecutionPolicy Bypass -File "%root%\tools\launcher\windows.ps1" -Root "%root%" -Cache "%cache%" -Platform "%platform%" -Goal "%goal%" -Node "%node%"
if errorlevel 1 exit /b %errorlevel%
call :find_node
call :is_ready

:start
if "%goal%"=="find_pnpm" goto :pnpm
if not defined NODE_COMPILE_CACHE set "NODE_COMPILE_CACHE=%cache%\compiled"
"%node%" --disable-warning=ExperimentalWarning "%root%\apps\cli\src\main.ts" %*
exit /b %errorlevel%

:pnpm
for %%f in ("%node%") do set "PATH=%%~dpf;%PATH%"
if defined BACKLOT_CACHE set "pnpm_config_store_dir=%cache%\pnpm-store"
set "arguments=%*"
"%pnpm%" %arguments:~5%
exit /b %errorlevel%

rem Sets node: the one on PATH when it is 24 or newer, else one that was fetched before, else nothing.
:find_node
set "node="
for /f "tokens=1 delims=." %%v in ('node --version 2^>nul') do set "major=%%v"
if defined major set "major=%major:v=%"
if defined major if 1%major% geq 124 for /f "delims=" %%p in ('where node 2^>nul') do if not defined node set "node=%%p"
if defined node exit /b 0
for /f "usebackq eol=# tokens=1,4" %%a in ("%root%\tools\launcher\pins.txt") do (
  if "%%a"=="archive" if exist "%cache%\node\%%b-%platform%\node.exe" set "node=%cache%\node\%%b-%platform%\node.exe"
)
exit /b 0

:is_ready
if not defined node exit /b 1
for /f "usebackq eol=# tokens=1,2,4" %%a in ("%root%\tools\launcher\pins.txt") do (
  if "%%a-%%b"=="pnpm-%platform%" set "pnpm=%cache%\pnpm\%%c-%platform%\pnpm.exe"
)
if "%goal%"=="find_pnpm" (if exist "%pnpm%" (exit /b 0) else (exit /b 1))
fc /b "%root%\pnpm-lock.yaml" "%root%\node_modules\.backlot-installed-%platform%" >nul 2>nul
exit /b %errorlevel%
