# A static program in an empty image, as nobody. Git is not in it: --since and
# --target-branch need it, so use them outside of the image.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o /spreadlint .

FROM scratch
COPY --from=build /spreadlint /spreadlint
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["/spreadlint"]
