using System.Collections.Concurrent;
using System.Globalization;
using DotLiquid;

namespace WorkflowFunctions.Workflows.Liquid;

/// <summary>
/// Renders parsed templates with the library. A context of the library finds its filters by reflection when it is made,
/// which takes longer than rendering most settings, so contexts are kept and used again.
/// </summary>
internal sealed class LiquidRenderer : IDisposable
{
    private static readonly ConcurrentBag<LiquidRenderer> s_idle = [];

    private readonly Context _context;
    private readonly CancellationTokenSource _timeout = new();

    static LiquidRenderer() => DotLiquid.Liquid.UseRubyDateFormat = true;

    private LiquidRenderer()
    {
        _context = new Context(
            [[]], [], [], ErrorsOutputMode.Rethrow, LiquidTemplate.MaxIterations, CultureInfo.InvariantCulture, _timeout.Token)
        {
            SyntaxCompatibilityLevel = SyntaxCompatibility.DotLiquid22a,
        };
        _context.AddFilters(typeof(LiquidBounds));
        _context.AddFilters(typeof(LiquidFilters));
    }

    /// <summary>Renders a template over values; what is learned on the way goes into <paramref name="reading"/>.</summary>
    public static string Render(Template template, Hash values, LiquidReading reading)
    {
        if (!s_idle.TryTake(out var renderer))
            renderer = new LiquidRenderer();

        try
        {
            var text = renderer.RenderOnce(template, values, reading);
            s_idle.Add(renderer);
            return text;
        }
        catch
        {
            // The library may have left its scopes half open.
            renderer.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timeout.Dispose();

    private string RenderOnce(Template template, Hash values, LiquidReading reading)
    {
        _context.Environments[0] = values;
        _context.Scopes[0].Clear();
        _context.Registers.Clear();
        _context.Registers[LiquidReading.Register] = reading;
        _timeout.CancelAfter(LiquidTemplate.MaxTime);
        var text = template.Render(RenderParameters.FromContext(_context, CultureInfo.InvariantCulture));
        if (!_timeout.TryReset())
            throw new TimeoutException($"The template took longer than {LiquidTemplate.MaxTime.TotalSeconds} seconds.");
        _context.Environments[0] = [];
        _context.Registers.Clear();
        return text;
    }
}
