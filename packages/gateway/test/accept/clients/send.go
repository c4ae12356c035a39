// go run send.go URL FILE: sends the file with net/http, prints the last line of the answer.
package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
)

func main() {
	file, err := os.Open(os.Args[2])
	check(err)
	request, err := http.NewRequest("POST", os.Args[1], file)
	check(err)
	request.Header.Set("Content-Type", "application/x-ndjson")
	request.Header.Set("Idempotency-Key", "go")
	response, err := http.DefaultClient.Do(request)
	check(err)
	body, err := io.ReadAll(response.Body)
	check(err)
	lines := strings.Split(strings.TrimRight(string(body), "\n"), "\n")
	fmt.Println(response.StatusCode, lines[len(lines)-1])
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
