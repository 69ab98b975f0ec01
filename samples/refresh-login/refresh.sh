curl -X POST http://127.0.0.1:4010/v1/api/auth/refresh \
  -H 'Content-Type: application/json' \
  --data-raw '{
    "refresh_token": "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJleHAiOjE1NDQxNzcxOTAsI..."
  }'
