using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WorkflowFunctions.Nodes.Models;

namespace WorkflowFunctions.Tests.Models;

public class RemoteFailureTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(400, false)]
    [InlineData(401, false)]
    [InlineData(403, false)]
    [InlineData(404, false)]
    [InlineData(408, true)]
    [InlineData(409, true)]
    [InlineData(422, false)]
    [InlineData(429, true)]
    [InlineData(500, true)]
    [InlineData(503, true)]
    public async Task A_refusal_says_where_and_why_after_exactly_one_call(int status, bool isTransient)
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        server.Answer = _ => WireAnswer.Error(status, "the tea is cold");

        var failure = await FailAsync(server);

        Assert.Single(server.Requests);
        Assert.Equal(("writer", "local", status), (failure.Model, failure.Endpoint, failure.Status));
        Assert.Equal(isTransient, failure.IsTransient);
        Assert.Contains("model 'writer' at endpoint 'local'", failure.Message, StringComparison.Ordinal);
        Assert.Contains(status == 401 ? "Models:Endpoints:local:ApiKey" : $"HTTP {status}", failure.Message, StringComparison.Ordinal);
        Assert.Equal(status == 401 ? null : "the tea is cold", failure.Said);
        Assert.Null(failure.RetryAfter);
    }

    [Fact]
    public async Task Too_many_requests_carries_the_seconds_to_wait()
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        server.Queue(WireAnswer.Error(429, "slow down", "rate_limit_exceeded", retryAfter: "7"));

        var failure = await FailAsync(server);

        Assert.True(failure.IsTransient);
        Assert.Equal(TimeSpan.FromSeconds(7), failure.RetryAfter);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(3600)]
    [InlineData(-3600)]
    public async Task Too_many_requests_until_a_date_carries_the_time_left(int seconds)
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        var date = DateTimeOffset.UtcNow.AddSeconds(seconds).ToString("R", CultureInfo.InvariantCulture);
        server.Queue(WireAnswer.Error(429, "slow down", retryAfter: date));

        var wait = (await FailAsync(server)).RetryAfter;

        Assert.NotNull(wait);
        Assert.InRange(wait.Value, TimeSpan.Zero, TimeSpan.FromSeconds(Math.Max(0, seconds)));
        Assert.Equal(seconds > 0, wait > TimeSpan.Zero);
    }

    [Fact]
    public async Task Milliseconds_to_wait_are_more_exact_than_seconds()
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        server.Queue(WireAnswer.Error(429, "slow down") with
        {
            Headers = new Dictionary<string, string> { ["Retry-After"] = "1", ["retry-after-ms"] = "250" },
        });

        Assert.Equal(TimeSpan.FromMilliseconds(250), (await FailAsync(server)).RetryAfter);
    }

    [Fact]
    public async Task An_account_without_credit_is_not_worth_another_attempt()
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        server.Queue(WireAnswer.Error(429, "no credit left", "insufficient_quota"));

        Assert.False((await FailAsync(server)).IsTransient);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(500)]
    public async Task The_key_is_in_no_exception_and_no_log_even_when_the_endpoint_repeats_it(int status)
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        server.Answer = request => WireAnswer.Error(status, $"{new string('x', 470)} you sent {request.Headers["Authorization"]}");
        using var logs = new LogLines();
        using var models = new ModelSetup(ModelSetup.SettingsFor(server), logs);

        var failure = await Assert.ThrowsAsync<ModelException>(() => models.Copy.GenerateAsync(new CopyRequest { Prompt = "Tea" }, Ct));

        // Eight characters in a row would be enough to tell whose key it is.
        var part = ModelSetup.Key[..8];
        Assert.DoesNotContain(part, failure.ToString() + failure.Said, StringComparison.Ordinal);
        Assert.NotEmpty(logs.Lines);
        Assert.All(logs.Lines, line => Assert.DoesNotContain(part, line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_answer_that_is_not_openai_format_is_transient()
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        var page = new WireAnswer(200, "<html>"u8.ToArray(), "text/html");
        foreach (var answer in new[] { WireAnswer.Malformed(), page, WireAnswer.Json(new JsonObject()) })
        {
            server.Queue(answer);

            var failure = await FailAsync(server);

            Assert.True(failure.IsTransient);
            Assert.Contains("'writer' at endpoint 'local'", failure.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task An_answer_that_is_not_compressed_as_it_says_is_transient(string coding)
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        server.Queue(WireAnswer.Copy("plain") with { Headers = new Dictionary<string, string> { ["Content-Encoding"] = coding } });

        var failure = await FailAsync(server);

        Assert.True(failure.IsTransient);
        Assert.Contains("'writer' at endpoint 'local'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_connection_is_transient_and_has_no_status()
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        server.Queue(WireAnswer.Break());

        var failure = await FailAsync(server);

        Assert.True(failure.IsTransient);
        Assert.Null(failure.Status);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task An_endpoint_that_is_not_there_is_transient()
    {
        var server = await OpenAiWireServer.StartAsync(Ct);
        using var models = ModelSetup.Over(server);
        await server.DisposeAsync();

        var failure = await Assert.ThrowsAsync<ModelException>(() => models.Copy.GenerateAsync(new CopyRequest { Prompt = "Tea" }, Ct));

        Assert.True(failure.IsTransient);
        Assert.Contains(server.BaseUrl.ToString(), failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_ends_a_call_that_hangs()
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        using var models = ModelSetup.Over(server);
        server.Queue(WireAnswer.Hang());
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);

        var call = models.Copy.GenerateAsync(new CopyRequest { Prompt = "Tea" }, stop.Token);
        await server.NextRequestAsync(Ct);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Text_instead_of_json_is_asked_again_once_with_what_is_wrong_and_all_of_it_is_counted()
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        var text = "Sure! " + new string('a', 300);
        server.Queue(
            WireAnswer.Copy(text, inputTokens: 1_000, outputTokens: 0), WireAnswer.Copy(text, inputTokens: 2_000, outputTokens: 0));

        var failure = await FailAsync(server, new CopyRequest { Prompt = "Tea", Json = true });

        Assert.False(failure.IsTransient);
        Assert.Contains("JSON", failure.Message, StringComparison.Ordinal);
        Assert.Equal(text, failure.Said);
        Assert.Equal(new ModelUsage(3_000, 0, 0.006m, Calls: 2), failure.Used);
        Assert.Equal(2, server.Requests.Count);
    }

    [Theory]
    [InlineData("length")]
    [InlineData("max_tokens")]
    [InlineData("MAX_TOKENS")]
    [InlineData("model_length")]
    [InlineData("max_output_tokens")]
    public async Task Json_cut_at_the_most_tokens_says_so(string finishReason)
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        server.Queue(WireAnswer.Copy("""{"a": "b""", finishReason: finishReason));

        var failure = await FailAsync(server, new CopyRequest { Prompt = "Tea", Json = true, MaxTokens = 3 });

        Assert.Contains("most tokens", failure.Message, StringComparison.Ordinal);
        Assert.False(failure.IsTransient);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_withheld_or_refused_answer_is_not_worth_another_attempt()
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        server.Queue(WireAnswer.Copy("half of it", finishReason: "content_filter"), WireAnswer.Copy(null, refusal: "I do not like tea."));

        Assert.False((await FailAsync(server)).IsTransient);
        var refused = await FailAsync(server);
        Assert.False(refused.IsTransient);
        Assert.Contains("I do not like tea.", refused.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_answer_is_transient()
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        server.Queue(WireAnswer.Copy(""));

        Assert.True((await FailAsync(server)).IsTransient);
    }

    [Theory]
    [InlineData("""{"error":{"message":"the tea is cold"}}""")]
    [InlineData("""{"error":"the tea is cold"}""")]
    [InlineData("""{"error":true,"message":"the tea is cold"}""")]
    [InlineData("""{"message":"the tea is cold"}""")]
    [InlineData("""{"detail":"the tea is cold"}""")]
    [InlineData("""{"title":"the tea is cold","status":400}""")]
    [InlineData("""{"errors":[{"message":"the tea is cold"}]}""")]
    [InlineData("""[{"error":{"code":400,"message":"the tea is cold"}}]""")]
    [InlineData("the tea is cold\n")]
    public async Task A_refusal_is_told_in_the_providers_own_words(string body)
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        server.Queue(new WireAnswer(400, System.Text.Encoding.UTF8.GetBytes(body)));

        Assert.Equal("the tea is cold", (await FailAsync(server)).Said);
    }

    [Fact]
    public async Task A_list_of_what_is_wrong_is_told_with_its_places()
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        server.Queue(WireAnswer.Json(JsonNode.Parse("""
            {"detail":[{"loc":["body","max_tokens"],"msg":"too large","type":"value_error"},{"loc":["body",0],"msg":"too cold"}]}
            """)!, 422));

        Assert.Equal("body.max_tokens: too large; body.0: too cold", (await FailAsync(server)).Said);
    }

    [Theory]
    [InlineData("""{"error":{"message":"the tea is cold","code":429}}""", 429, true, 0)]
    [InlineData("""{"error":{"message":"the tea is cold","code":400},"choices":[],"usage":{"prompt_tokens":1000}}""", 400, false, 0.002)]
    [InlineData("""{"error":{"message":"the tea is cold","code":"insufficient_quota"}}""", null, false, 0)]
    [InlineData("""{"error":{"message":"the tea is cold","type":"invalid_request_error"}}""", null, false, 0)]
    [InlineData("""{"error":"the tea is cold","choices":null}""", null, true, 0)]
    [InlineData("""{"message":"the tea is cold"}""", null, true, 0)]
    [InlineData(
        """{"choices":[{"error":{"message":"the tea is cold","code":502},"message":{"content":"half"}}],"usage":{"total_tokens":1000}}""",
        502, true, 0.008)]
    public async Task An_error_in_a_success_is_one(string body, int? status, bool isTransient, double cost)
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        server.Queue(new WireAnswer(200, System.Text.Encoding.UTF8.GetBytes(body)));

        var failure = await FailAsync(server);

        Assert.Equal(("the tea is cold", status, isTransient), (failure.Said, failure.Status, failure.IsTransient));
        Assert.Equal((decimal)cost, failure.Used.CostUsd);
        Assert.Equal(1, failure.Used.Calls);
    }

    [Fact]
    public async Task What_was_paid_is_counted_whatever_became_of_the_answer()
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        var paid = new ModelUsage(1_000, 500, 0.006m, Calls: 1);
        foreach (var answer in new[]
            {
                WireAnswer.Copy(null, 1_000, 500, refusal: "No."),
                WireAnswer.Copy("half", 1_000, 500, "content_filter"),
                WireAnswer.Copy("", 1_000, 500),
                WireAnswer.Copy("<think>and then", 1_000, 500, "length"),
            })
        {
            server.Queue(answer);

            Assert.Equal(paid, (await FailAsync(server)).Used);
        }

        // Of what was cut on its way, what is there counts; a page of a proxy and a broken connection have cost nothing.
        server.Queue(WireAnswer.Malformed(), new WireAnswer(200, "<html>"u8.ToArray(), "text/html"), WireAnswer.Break());
        Assert.Equal((1, 7), (await FailAsync(server)).Used is var cut ? (cut.InputTokens, cut.OutputTokens) : default);
        Assert.Equal(0, (await FailAsync(server)).Used.CostUsd);
        Assert.Equal(0, (await FailAsync(server)).Used.CostUsd);
    }

    [Fact]
    public async Task What_was_paid_is_in_the_figures_whatever_became_of_the_answer()
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        using var models = ModelSetup.Over(server);
        var meters = models.Services.GetRequiredService<IMeterFactory>();
        var figures = new ConcurrentQueue<(string Name, double Value)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, it) =>
            {
                if (instrument.Meter.Scope == meters)
                    it.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => figures.Enqueue((instrument.Name, value)));
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => figures.Enqueue((instrument.Name, value)));
        listener.Start();
        server.Queue(WireAnswer.Copy("", 1_000, 500));

        await Assert.ThrowsAsync<ModelException>(() => models.Copy.GenerateAsync(new CopyRequest { Prompt = "Tea" }, Ct));

        double[] Of(string name) => [.. figures.Where(figure => figure.Name == name).Select(figure => figure.Value)];
        Assert.Equal([1_000, 500], Of("workflow.model.tokens"));
        Assert.Equal([0.006], Of("workflow.model.cost"));
        Assert.Equal([1_000, 500], Of("gen_ai.client.token.usage"));
        Assert.Single(Of("gen_ai.client.operation.duration"));
    }

    [Fact]
    public async Task An_answer_that_is_all_thoughts_when_it_is_cut_is_not_asked_for_again()
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        server.Queue(WireAnswer.Copy("<think>and then", finishReason: "length"));

        var failure = await FailAsync(server);

        Assert.False(failure.IsTransient);
        Assert.Contains("most tokens", failure.Message, StringComparison.Ordinal);
    }

    private static async Task<ModelException> FailAsync(OpenAiWireServer server, CopyRequest? request = null)
    {
        using var models = ModelSetup.Over(server);
        return await Assert.ThrowsAsync<ModelException>(() => models.Copy.GenerateAsync(request ?? new CopyRequest { Prompt = "Tea" }, Ct));
    }

    private sealed class LogLines : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IReadOnlyCollection<string> Lines => _lines;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
