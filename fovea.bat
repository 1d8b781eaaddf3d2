@echo off
rem Starts the Fovea command line. Builds it first if there is no build of the present sources.
rem
rem Environment: JAVA_HOME    the JDK to use, if it is 17 or newer (else: the newest one found)
rem              FOVEA_OPTS   further options for the Java virtual machine
setlocal EnableExtensions DisableDelayedExpansion

set "ROOT=%~dp0"
set "BATCH=%ROOT%plugins\batch\target"
set "JAR=%BATCH%\fovea-batch.jar"
set "STAMP=%BATCH%\.fovea-built"
set "LOG=%BATCH%\fovea-build.log"

set "JDK="
set "BEST=16"
if defined JAVA_HOME call :consider "%JAVA_HOME%"
if defined JDK goto found
for /f "delims=" %%J in ('where java 2^>nul') do call :consider "%%~dpJ.."
for /d %%V in ("%ProgramFiles%\Java" "%ProgramFiles%\Eclipse Adoptium" "%ProgramFiles%\Microsoft" "%ProgramFiles%\Zulu" "%ProgramFiles%\Amazon Corretto") do (
  for /d %%J in ("%%~V\*") do call :consider "%%~J"
)
:found
if not defined JDK (
  >&2 echo fovea: needs a JDK 17 or newer; found none in JAVA_HOME, on the PATH or in the usual folders
  exit /b 1
)

call :uptodate
if errorlevel 1 (
  call :build
  if errorlevel 1 exit /b 1
)

rem From 24 on the JVM warns of the memory access that protobuf 3.25 uses.
set "UNSAFE="
if %BEST% GEQ 24 set "UNSAFE=--sun-misc-unsafe-memory-access=allow"

rem Vectors are slow beyond measure until their methods are compiled: after few calls, which wait for
rem it. G1 lets large arrays begin where lines of the cache do; with much room from the start it does
rem not stop the first run to make some.
set "SIMD=dev.fovea.engine.kernel.simd.*::*"
"%JDK%\bin\java" %UNSAFE% --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED ^
  -XX:CompileCommand=quiet "-XX:CompileCommand=CompileThresholdScaling,%SIMD%,0.02" ^
  "-XX:CompileCommand=BackgroundCompilation,%SIMD%,false" -XX:+UseG1GC -XX:InitialRAMPercentage=8 ^
  -XX:MaxRAMPercentage=75 -Djava.awt.headless=true %FOVEA_OPTS% ^
  -cp "%JAR%" dev.fovea.batch.Main %*
exit /b %ERRORLEVEL%

rem Takes the JDK in folder %1 if it is newer than the best one so far.
:consider
if not exist "%~f1\bin\javac.exe" exit /b 0
if not exist "%~f1\release" exit /b 0
set "VERSION=0"
for /f tokens^=2^ delims^=^=^" %%V in ('findstr /b "JAVA_VERSION=" "%~f1\release"') do (
  for /f "delims=.-+_" %%M in ("%%V") do set /a "VERSION=%%M"
)
if %VERSION% LEQ %BEST% exit /b 0
set "BEST=%VERSION%"
set "JDK=%~f1"
exit /b 0

rem Ends with 0 if the build is newer than every source and build file, else with 1.
:uptodate
if not exist "%STAMP%" exit /b 1
if not exist "%JAR%" exit /b 1
powershell -NoProfile -NonInteractive -Command ^
  "$built = (Get-Item -Force $env:STAMP).LastWriteTimeUtc; Set-Location $env:ROOT;" ^
  "$parts = 'engine','detection','segmentation','visualize','samples','plugins\tasks','plugins\batch';" ^
  "$files = @(Get-Item pom.xml) + @(Get-ChildItem .mvn -Recurse) + @(Get-ChildItem $parts -Recurse |" ^
  "  Where-Object { $_.FullName -notmatch '\\target(\\|$)' -and ($_.Name -eq 'pom.xml' -or $_.FullName -match '\\src\\main') });" ^
  "if ($files | Where-Object { $_.LastWriteTimeUtc -gt $built } | Select-Object -First 1) { exit 1 }"
exit /b %ERRORLEVEL%

rem A lock folder keeps two launchers from building at once; the second waits, then looks again.
:build
if not exist "%BATCH%" mkdir "%BATCH%"
set /a WAITED=0
:lock
mkdir "%BATCH%\.fovea-lock" 2>nul && goto locked
if %WAITED% EQU 0 >&2 echo Waiting for another build of Fovea ... (if there is none, delete "%BATCH%\.fovea-lock")
set /a WAITED+=1
timeout /t 1 /nobreak >nul 2>nul || ping -n 2 127.0.0.1 >nul
goto lock
:locked
call :uptodate
if not errorlevel 1 (
  rmdir "%BATCH%\.fovea-lock"
  exit /b 0
)
>&2 echo Building Fovea (once) ...
rem The stamp bears the time of the start: what is edited during the build is built next time.
type nul > "%STAMP%.new"
pushd "%ROOT%"
set "JAVA_HOME=%JDK%"
call mvnw.cmd -q -B -pl plugins/batch -am package -DskipTests -Dfovea.skipChecks -Dspotless.check.skip > "%LOG%" 2>&1
set "RESULT=%ERRORLEVEL%"
popd
if %RESULT% EQU 0 (
  move /y "%STAMP%.new" "%STAMP%" >nul
) else (
  del "%STAMP%.new"
  powershell -NoProfile -NonInteractive -Command "Get-Content $env:LOG -Tail 30" 1>&2
  >&2 echo fovea: the build failed; its whole log is %LOG%
)
rmdir "%BATCH%\.fovea-lock"
exit /b %RESULT%
