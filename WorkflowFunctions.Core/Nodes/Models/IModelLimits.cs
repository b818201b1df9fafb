namespace WorkflowFunctions.Nodes.Models;

/// <summary>
/// Keeps to how often models may be asked in a minute, and for how many tokens (<see cref="ModelSettings.RequestsPerMinute"/>,
/// <see cref="ModelSettings.TokensPerMinute"/>), over all processes.
/// </summary>
internal interface IModelLimits
{
    /// <summary>Waits until a model may be asked, if that is soon.</summary>
    /// <param name="model">The model, which has a limit.</param>
    /// <param name="tokens">The tokens that the call is expected to take.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="ModelException">It is not soon: <see cref="ModelException.TurnIn"/>.</exception>
    Task<ModelTurn> TakeAsync(ConfiguredModel model, long tokens, CancellationToken cancellationToken);

    /// <summary>Counts what a call has taken, in the place of what was expected.</summary>
    /// <param name="turn">The turn of the call.</param>
    /// <param name="tokens">The tokens that it has taken.</param>
    Task SettleAsync(ModelTurn turn, long tokens);
}

/// <summary>A call that a model may be asked for.</summary>
/// <param name="Model">The name of the model.</param>
/// <param name="Second">The second that it counts in.</param>
/// <param name="Tokens">The tokens that it counts for.</param>
internal sealed record ModelTurn(string Model, DateTimeOffset Second, long Tokens);
