using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using WorkflowFunctions.Telemetry;

namespace WorkflowFunctions.Nodes.Models.Remote;

/// <summary>
/// The spans and the metrics of calls of models (OpenTelemetry, "Semantic conventions for generative AI"), without what is asked and
/// answered.
/// </summary>
internal sealed class ModelTelemetry
{
    private static readonly ActivitySource s_source = new(WorkflowTelemetry.ModelSourceName);

    private readonly Histogram<double> _duration;
    private readonly Histogram<long> _tokens;

    public ModelTelemetry(IMeterFactory meters)
    {
        var meter = meters.Create(WorkflowTelemetry.ModelSourceName);
        _duration = meter.CreateHistogram(
            "gen_ai.client.operation.duration", "s", "How long a call of a model took.", null,
            new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
            });
        _tokens = meter.CreateHistogram(
            "gen_ai.client.token.usage", "{token}", "Tokens of a call of a model.", null,
            new InstrumentAdvice<long>
            {
                HistogramBucketBoundaries =
                    [1, 4, 16, 64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864],
            });
    }

    /// <summary>Makes a call.</summary>
    /// <param name="operation"><c>chat</c> or <c>generate_content</c>.</param>
    /// <param name="model">The model.</param>
    /// <param name="call">The call.</param>
    public async Task<JsonElement> ObserveAsync(string operation, ConfiguredModel model, Func<Task<JsonElement>> call)
    {
        var address = new Uri(model.Endpoint.BaseUrl!);
        var tags = new TagList
        {
            { "gen_ai.operation.name", operation },
            { "gen_ai.provider.name", "openai" },
            { "gen_ai.request.model", model.ProviderName },
            { "server.address", address.Host },
            { "server.port", address.Port },
        };
        using var span = s_source.StartActivity($"{operation} {model.ProviderName}", ActivityKind.Client, default(ActivityContext), tags);
        var began = Stopwatch.GetTimestamp();
        try
        {
            var answer = await call().ConfigureAwait(false);
            var usage = TokenUsage.Read(answer);
            Count("input", usage.Input);
            Count("output", usage.Output);
            span?.SetTag("gen_ai.response.model", answer.Member("model").NonEmptyText());
            return answer;
        }
        catch (Exception failure)
        {
            var type = failure is ModelException { Status: { } status } ? $"{status}" : failure.GetType().FullName!;
            tags.Add("error.type", type);
            span?.SetTag("error.type", type).SetStatus(ActivityStatusCode.Error);
            throw;
        }
        finally
        {
            _duration.Record(Stopwatch.GetElapsedTime(began).TotalSeconds, tags);
        }

        void Count(string type, long? tokens)
        {
            if (tokens is null)
                return;
            span?.SetTag($"gen_ai.usage.{type}_tokens", tokens);
            _tokens.Record(tokens.Value, [.. tags, new("gen_ai.token.type", type)]);
        }
    }
}
