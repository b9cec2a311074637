#!/bin/sh
# What the tests need from the system: Chromium for the browser tests, poppler and GDAL to read PDFs back,
# PostgreSQL with PostGIS for the second store. Installed by apt when run as root, named otherwise.
set -eu
missing=""
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || missing="$missing chromium"
command -v pdftotext >/dev/null || missing="$missing poppler-utils"
command -v gdalinfo >/dev/null || missing="$missing gdal-bin"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
ls /usr/share/postgresql/*/extension/postgis.control >/dev/null 2>&1 || missing="$missing postgresql-postgis"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ]; then
    echo "==> Installing$missing with apt-get"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    # shellcheck disable=SC2086
    apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
    echo "The tests need these packages; as root: apt-get install$missing" >&2
    exit 1
fi
