# A static program in an empty image, as nobody. Git is not in it: --since and
# --target-branch need it, so use them outside of the image.
#   docker build --build-arg VERSION=v0.1.0 -t spreadlint .
#   docker run --rm --read-only -v "$PWD:/work:ro" spreadlint lint charts
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X github.com/spreadlint/spreadlint/cli.version=$VERSION" -o /spreadlint .

FROM scratch
COPY --from=build /spreadlint /spreadlint
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["/spreadlint"]
