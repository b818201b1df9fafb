using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using WorkflowFunctions.Telemetry;

namespace WorkflowFunctions.Tests.Telemetry;

/// <summary>Listens to the meter, as an exporter would.</summary>
public sealed class Figures : IDisposable
{
    private readonly ConcurrentQueue<Figure> _all = [];
    private readonly MeterListener _listener = new();

    public Figures()
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name is WorkflowTelemetry.SourceName or WorkflowTelemetry.ModelSourceName)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>Every tag of every figure, of every test that runs at the moment.</summary>
    public IEnumerable<string> Texts =>
        _all.Select(figure => figure.Instrument.Name + string.Join(',', figure.Tags.Select(tag => $"{tag.Key}={tag.Value}")));

    /// <summary>What one host measured with an instrument and these tags.</summary>
    public IReadOnlyList<double> Of(IMeterFactory host, string name, params IReadOnlyList<(string Name, string Value)> tags) =>
    [
        .. _all.Where(figure => figure.Instrument.Name == name && figure.Instrument.Meter.Scope == host
                && tags.All(tag => figure.Tags.Any(has => has.Key == tag.Name && has.Value as string == tag.Value)))
            .Select(figure => figure.Value),
    ];

    /// <summary>Asks the gauges.</summary>
    public void Ask() => _listener.RecordObservableInstruments();

    public void Dispose() => _listener.Dispose();

    private void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _all.Enqueue(new Figure(instrument, value, tags.ToArray()));

    private sealed record Figure(Instrument Instrument, double Value, KeyValuePair<string, object?>[] Tags);
}
