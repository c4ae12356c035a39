// go run place_order.go URL ID: places an order and pays it, whatever happens on the way, once.
//
// Standard library only. URL is http://host:port/v1/db/{database}/{collection}, a collection that
// takes changes in the direct lane.
package main

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"math"
	mathrand "math/rand"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"time"
)

const deadline = 10 * time.Second

// problem is what a refusal says (RFC 9457).
type problem struct {
	Code      string `json:"code"`
	Detail    string `json:"detail"`
	Retryable bool   `json:"retryable"`
}

// send sends one write until it is answered for good: every try under the same idempotency key.
func send(method, target, contentType string, body []byte) ([]byte, error) {
	key := rand.Text()
	until := time.Now().Add(deadline)
	for tries := 1; ; tries++ {
		answer, told, err := try(method, target, contentType, key, body, time.Until(until))
		refusal, refused := err.(*problem)
		if err == nil || (refused && !refusal.Retryable) {
			return answer, err
		}
		wait := time.Duration(math.Min(2, 0.05*math.Pow(2, float64(tries))) * float64(time.Second))
		wait = time.Duration(float64(max(wait, told)) * (1 + mathrand.Float64()/4))
		if time.Now().Add(wait).After(until) {
			return nil, fmt.Errorf("gave up after %d tries: %w", tries, err)
		}
		time.Sleep(wait)
	}
}

// try sends it once; without an answer the write may be there, so only the same key is safe.
func try(
	method, target, contentType, key string, body []byte, left time.Duration,
) (answer []byte, told time.Duration, err error) {
	request, err := http.NewRequest(method, target, bytes.NewReader(body))
	if err != nil {
		return nil, 0, err
	}
	request.Header.Set("Content-Type", contentType)
	request.Header.Set("Idempotency-Key", key)
	// Not sent to the database by then, it never will be.
	request.Header.Set("X-Deadline-Ms", strconv.FormatInt(max(1, left.Milliseconds()), 10))
	client := http.Client{Timeout: left + time.Second}
	response, err := client.Do(request)
	if err != nil {
		return nil, 0, err
	}
	defer response.Body.Close()
	answer, err = io.ReadAll(response.Body)
	if err != nil || response.StatusCode < 300 {
		return answer, 0, err
	}
	seconds, _ := strconv.Atoi(response.Header.Get("Retry-After")) // 0 where nothing is told
	refusal := &problem{}
	if err := json.Unmarshal(answer, refusal); err != nil {
		return nil, 0, err
	}
	return nil, time.Duration(seconds) * time.Second, refusal
}

func (p *problem) Error() string { return p.Code + ": " + p.Detail }

func place(collection, id string) ([]byte, error) {
	order := map[string]string{"_id": id, "status": "pending", "total": "19.99"}
	body, err := json.Marshal(order)
	if err != nil {
		return nil, err
	}
	return send("POST", collection, "application/json", body)
}

// pay pays an order that is still pending; any other answers 412.
func pay(collection, id string) ([]byte, error) {
	condition := url.QueryEscape(`{"status":"pending"}`)
	target := fmt.Sprintf("%s/%s?if=%s", collection, url.PathEscape(id), condition)
	update := []byte(`{"$set":{"status":"paid"}}`)
	return send("PATCH", target, "application/vnd.headrace.update+json", update)
}

func main() {
	for _, step := range []func(collection, id string) ([]byte, error){place, pay} {
		receipt, err := step(os.Args[1], os.Args[2])
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(string(receipt))
	}
}
